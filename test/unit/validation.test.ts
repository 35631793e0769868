import { expect, test } from '@jest/globals';
import { addEntry } from '../../handlers/add-entry.ts';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { markEntries } from '../../handlers/mark-entries.ts';
import { markEntry } from '../../handlers/mark-entry.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { type FieldError, PatrolServiceError } from '../../lib/errors.ts';
import type { InputRules } from '../../lib/operation.ts';
import { validInput } from '../../lib/validation.ts';

const rules: InputRules = {
  campus: {
    buildings: new Map([
      ['8', 4],
      ['9', 4],
    ]),
    timezone: 'Europe/Moscow',
    patrolStartTime: '22:00',
  },
  clock: () => new Date('2025-12-01T19:30:00Z'),
};

const ids = {
  patrol_id: 'aaaaaaaa-0000-4000-8000-000000000001',
  patrol_entry_id: 'bbbbbbbb-0000-4000-8000-000000000002',
};

function faultsOf(operation: Parameters<typeof validInput>[0], input: unknown): readonly FieldError[] {
  try {
    validInput(operation, input, rules);
  } catch (error) {
    if (error instanceof PatrolServiceError) return error.fieldErrors ?? [];
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

test.each([
  ['', 'Не должно быть пустым'],
  [' \u2060\t', 'Не должно быть пустым'],
  ['\0', 'Содержит недопустимые символы'],
  ['30\ud800', 'Содержит недопустимые символы'],
])('a room of %j is told as what it is: blank, or of characters that cannot be stored', (room, message) => {
  const input = { ...ids, user_id: ids.patrol_id, room };
  expect(faultsOf(addEntry, input)).toContainEqual({ field: 'room', message });
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
  ['absent with a reason over 2,000 characters', { is_present: false, absence_reason: 'я'.repeat(2001) }],
  ['a reason with NUL', { is_present: false, absence_reason: 'a\u0000b' }],
  ['a reason with half a surrogate pair', { is_present: false, absence_reason: 'a\ud800b' }],
  ['a reason that is NUL alone', { is_present: false, absence_reason: '\u0000' }],
  ['a reason that is a number', { is_present: false, absence_reason: 7 }],
  ['present with a reason that is a number', { is_present: true, absence_reason: 7 }],
])('a mark is refused: %s', (_name, mark) => {
  expect(fieldsOf(markEntry, { ...ids, ...mark })).toEqual(['absence_reason']);
});

test.each([
  ['present', { is_present: true }],
  ['present, with null for a reason', { is_present: true, absence_reason: null }],
  ['present with the reason of before', { is_present: true, absence_reason: 'дома' }],
  [
    'present with a reason of before that is longer than any',
    { is_present: true, absence_reason: 'я'.repeat(9000) },
  ],
  ['not checked', { is_present: null }],
  ['not checked, with a reason', { is_present: null, absence_reason: 'a\u0000b' }],
  ['absent, nobody knows why: no reason', { is_present: false }],
  ['absent, nobody knows why: null', { is_present: false, absence_reason: null }],
  ['absent, nobody knows why: blank', { is_present: false, absence_reason: ' \n\t' }],
  ['absent, nobody knows why: empty', { is_present: false, absence_reason: '' }],
  [
    'absent with 2,000 characters and spaces around',
    { is_present: false, absence_reason: ` ${'я'.repeat(2000)} ` },
  ],
  [
    'absent with 2,000 characters, emoji counted once',
    { is_present: false, absence_reason: '🎻'.repeat(2000) },
  ],
  ['absent with a reason of several lines', { is_present: false, absence_reason: 'дома\nс мамой' }],
])('a mark is taken: %s', (_name, mark) => {
  expect(faultsOf(markEntry, { ...ids, ...mark })).toEqual([]);
});

test('a fault between fields is reported along with others', () => {
  expect(fieldsOf(listPatrols, { date: '2025-12-01', date_from: '2025-12-01', size: 101, extra: 1 })).toEqual(
    ['date', 'extra', 'size'],
  );
});

const anEntry = (at: number) => `bbbbbbbb-0000-4000-8000-${String(at).padStart(12, '0')}`;
const present = (at: number) => ({ patrol_entry_id: anEntry(at), is_present: true });

test('each fault of several marks is named by its place', () => {
  const marks = [
    present(1),
    { patrol_entry_id: 'x', is_present: 'yes' },
    { ...present(2), extra: 1 },
    {},
    null,
    { patrol_entry_id: anEntry(3), is_present: false, absence_reason: 'я'.repeat(2001) },
    { ...present(1), patrol_entry_id: anEntry(1).toUpperCase() },
  ];
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks })).toEqual([
    { field: 'marks[1].patrol_entry_id', message: 'Ожидается UUID' },
    { field: 'marks[1].is_present', message: 'Ожидается true или false или null' },
    { field: 'marks[2].extra', message: 'Неизвестное поле' },
    { field: 'marks[3].patrol_entry_id', message: 'Обязательное поле' },
    { field: 'marks[3].is_present', message: 'Обязательное поле' },
    { field: 'marks[4]', message: 'Ожидается объект' },
    { field: 'marks[5].absence_reason', message: 'Не длиннее 2000 символов' },
    { field: 'marks[6].patrol_entry_id', message: 'Эта запись уже есть среди отметок' },
  ]);
});

test.each([
  ['none', []],
  ['201', Array.from({ length: 201 }, (_, at) => present(at))],
  ['what is no list', { 0: present(1) }],
])('several marks are 1 to 200, and not %s', (_name, marks) => {
  expect(fieldsOf(markEntries, { patrol_id: ids.patrol_id, marks })).toEqual(['marks']);
});

test('two hundred marks are taken', () => {
  const marks = Array.from({ length: 200 }, (_, at) => present(at));
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks })).toEqual([]);
});

test('a room is asked for its length in its plain form', () => {
  const room = (text: string) =>
    fieldsOf(addEntry, { patrol_id: ids.patrol_id, user_id: anEntry(1), room: text });
  expect(room(' 1234567890 ')).toEqual([]);
  expect(room('12345678901')).toEqual(['room']);
  // Ten characters that NFC makes twenty of.
  expect(room('\u0958'.repeat(10))).toEqual(['room']);
  expect(room('\u3164')).toEqual(['room']);
});

test('a patrol is not of a date later than tomorrow', () => {
  const start = (date: string) => fieldsOf(startPatrol, { date, building: '8', entrance: 1 });
  expect(start('2025-12-02')).toEqual([]);
  expect(start('2025-12-03')).toEqual(['date']);
  expect(faultsOf(startPatrol, { date: '2026-12-01', building: '7', entrance: 9 })).toEqual([
    { field: 'building', message: 'Допустимые значения: 8, 9' },
    { field: 'entrance', message: 'Не больше 4' },
    { field: 'date', message: 'Не позже завтрашнего дня' },
  ]);
});

test('a list ends no sooner than it begins, and goes on from a next of ours or from a page', () => {
  expect(fieldsOf(listPatrols, { date_from: '2025-12-02', date_to: '2025-12-01' })).toEqual(['date_to']);
  expect(fieldsOf(listPatrols, { date_from: '2025-12-01', date_to: '2025-12-01' })).toEqual([]);
  for (const after of ['x', '', btoa('2025-02-30/1/aaaaaaaa-0000-4000-8000-000000000001')])
    expect(fieldsOf(listPatrols, { after })).toEqual(['after']);
  const after = btoa('2025-02-28/1/aaaaaaaa-0000-4000-8000-000000000001').replaceAll('=', '');
  expect(fieldsOf(listPatrols, { after })).toEqual([]);
  expect(fieldsOf(listPatrols, { after, page: 1 })).toEqual(['page']);
});

test.each([
  ['empty objects', Array.from({ length: 340_000 }, () => ({}))],
  ['numbers', Array.from({ length: 500_000 }, () => 0)],
])('a list of marks without an end, of %s, is one fault', (_name, marks) => {
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks })).toEqual([
    { field: 'marks', message: 'Не больше 200 в списке' },
  ]);
});

test('a mark of a hundred thousand fields is one fault, and of many marks no more faults are told than anybody reads', () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`field${at}`, 0]));
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks: [many] })).toEqual([
    { field: 'marks[0]', message: 'Слишком много полей' },
  ]);
  const some = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`field${at}`, 0]));
  const marks = Array.from({ length: 200 }, () => some);
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks })).toHaveLength(500);
  expect(faultsOf(markEntries, { patrol_id: ids.patrol_id, marks: [[], [[]]] })).toEqual([
    { field: 'marks[0]', message: 'Ожидается объект' },
    { field: 'marks[1]', message: 'Ожидается объект' },
  ]);
});

/** What takes time that grows with the square of the text would not be over before this test is given up. */
test.each([
  ['spaces within', `x${' '.repeat(1_000_000)}x`],
  ['spaces alone', ' '.repeat(1_000_000)],
  ['marks that NFC puts in order', `x${'\u0301'.repeat(500_000)}${'\u0316'.repeat(500_000)}`],
])('a reason of a mebibyte of %s is answered at once', (_name, absence_reason) => {
  const fieldErrors = fieldsOf(markEntry, { ...ids, is_present: false, absence_reason });
  expect(fieldErrors).toEqual(absence_reason.trim() ? ['absence_reason'] : []);
});
