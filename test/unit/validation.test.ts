import { expect, test } from '@jest/globals';
import { markEntry } from '../../handlers/mark-entry.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { type Fault, PatrolServiceError } from '../../lib/errors.ts';
import { validInput } from '../../lib/validation.ts';

const ids = {
  patrol_id: 'aaaaaaaa-0000-4000-8000-000000000001',
  patrol_entry_id: 'bbbbbbbb-0000-4000-8000-000000000002',
};

function faultsOf(operation: Parameters<typeof validInput>[0], input: unknown): readonly Fault[] {
  try {
    validInput(operation, input);
  } catch (error) {
    if (error instanceof PatrolServiceError) return error.faults ?? [];
    throw error;
  }
  return [];
}

function fieldsOf(operation: Parameters<typeof validInput>[0], input: unknown): string[] {
  return faultsOf(operation, input)
    .map(({ field }) => field)
    .toSorted();
}

test('all faults are reported together, one row a field, as the caller wrote it', () => {
  const input = { date: '2025-02-30', building: '7', entrance: 5, Entrance: 1, x: 1, y: 2, z: 3, w: 4, v: 5 };
  expect(fieldsOf(startPatrol, input)).toEqual(
    ['date', 'building', 'entrance', 'Entrance', 'x', 'y', 'z', 'w', 'v'].toSorted(),
  );
  expect(fieldsOf(startPatrol, {})).toEqual(['building', 'date', 'entrance']);
});

test('a hundred unknown fields are a hundred faults; more are one, and cost nothing to refuse', () => {
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`field${at}`, at]));
  // And the three that are missing.
  expect(faultsOf(startPatrol, fields(100))).toHaveLength(103);
  expect(fieldsOf(startPatrol, fields(101))).toEqual(['body']);
});

test.each([null, undefined, [], 'text', 7])('%j is not an input', (input) => {
  expect(fieldsOf(startPatrol, input)).toEqual(['body']);
});

test.each([
  '2025-02-30',
  '2025-13-01',
  '0000-01-01',
  '25-01-01',
  '2025-1-1',
  '2025-01-01T00:00:00Z',
  '',
  20250101,
])('%j is not a campus date', (date) => {
  expect(fieldsOf(startPatrol, { date, building: '8', entrance: 1 })).toEqual(['date']);
});

test.each(['2', 0, 5, 1.5, null, true, [1], 1e300])(
  '%j is not an entrance, for bodies are never coerced',
  (entrance) => {
    expect(fieldsOf(startPatrol, { date: '2025-12-01', building: '8', entrance })).toEqual(['entrance']);
  },
);

test('keys that poison prototypes are unknown fields', () => {
  const input = JSON.parse(
    '{"date":"2025-12-01","building":"8","entrance":1,"__proto__":{"a":1},"constructor":{}}',
  );
  expect(fieldsOf(startPatrol, input)).toEqual(['__proto__', 'constructor']);
});

test.each([
  ['absent without a reason', { is_present: false }],
  ['absent with null for a reason', { is_present: false, absence_reason: null }],
  ['absent with a blank reason', { is_present: false, absence_reason: ' \n\t' }],
  ['absent with an empty reason', { is_present: false, absence_reason: '' }],
  ['absent with a reason over 2,000 characters', { is_present: false, absence_reason: 'я'.repeat(2001) }],
  ['a reason with NUL', { is_present: false, absence_reason: 'a\u0000b' }],
  ['a reason with half a surrogate pair', { is_present: false, absence_reason: 'a\ud800b' }],
  ['present with a reason', { is_present: true, absence_reason: 'дома' }],
  ['a reason that is a number', { is_present: false, absence_reason: 7 }],
])('a mark is refused: %s', (_name, mark) => {
  expect(fieldsOf(markEntry, { ...ids, ...mark })).toEqual(['absence_reason']);
});

test.each([
  ['present', { is_present: true }],
  ['present, with null for a reason', { is_present: true, absence_reason: null }],
  [
    'absent with 2,000 characters, emoji counted once',
    { is_present: false, absence_reason: '🎻'.repeat(2000) },
  ],
  ['absent with a reason of several lines', { is_present: false, absence_reason: 'дома\nс мамой' }],
])('a mark is taken: %s', (_name, mark) => {
  expect(faultsOf(markEntry, { ...ids, ...mark })).toEqual([]);
});

test('a fault between fields is reported along with others', () => {
  expect(fieldsOf(markEntry, { ...ids, patrol_id: 'x', is_present: false, extra: 1 })).toEqual([
    'absence_reason',
    'extra',
    'patrol_id',
  ]);
});
