import { describe, expect, test } from '@jest/globals';
import type { CampusDate, UserId } from '../../lib/campus-types.ts';
import { absenceReasonOf, covers, daysToAskFor, type Leave } from '../../lib/patrols/leaves.ts';

const date = '2025-12-01' as CampusDate;

function leave(leaveTime: string, returnTime: string, reason = 'поездка в город'): Leave {
  const user_id = '00000000-0000-4000-8000-000000000001' as UserId;
  return { user_id, leave_time: new Date(leaveTime), return_time: new Date(returnTime), reason };
}

test('a leave is asked for by every UTC day that it may have begun on', () => {
  expect(daysToAskFor(new Date('2025-12-01T19:00:00Z'), 2)).toEqual([
    '2025-12-01',
    '2025-11-30',
    '2025-11-29',
  ]);
  // 00:15 in Moscow is still the day before by UTC.
  expect(daysToAskFor(new Date('2025-12-01T21:15:00Z'), 0)).toEqual(['2025-12-01']);
  expect(daysToAskFor(new Date('2025-12-01T19:00:00Z'), 14)).toHaveLength(15);
});

describe('which leave covers 22:00 in Moscow', () => {
  const moment = new Date('2025-12-01T19:00:00Z');
  test.each([
    ['from before to after', '2025-12-01T15:00:00Z', '2025-12-01T20:00:00Z', true],
    ['one that begins at the moment', '2025-12-01T19:00:00Z', '2025-12-01T20:00:00Z', true],
    ['one that begins a second later does not', '2025-12-01T19:00:01Z', '2025-12-01T20:00:00Z', false],
    ['one that ends at the moment does not', '2025-12-01T15:00:00Z', '2025-12-01T19:00:00Z', false],
    ['one that ends a second later', '2025-12-01T15:00:00Z', '2025-12-01T19:00:01Z', true],
    ['one already over does not', '2025-12-01T08:00:00Z', '2025-12-01T12:00:00Z', false],
    ['one over night', '2025-11-30T15:00:00Z', '2025-12-02T07:00:00Z', true],
  ])('%s', (_name, from, until, covered) => {
    expect(covers(leave(from, until), moment)).toBe(covered);
  });
});

describe('what a covered student is written down with', () => {
  test('until when, in campus time, and what for', () => {
    const text = absenceReasonOf(
      leave('2025-12-01T15:00:00Z', '2025-12-01T20:00:00Z'),
      date,
      'Europe/Moscow',
    );
    expect(text).toBe('Одобренное заявление на выход до 23:00: поездка в город');
  });

  test('the day is said when it is not the patrol’s own', () => {
    const text = absenceReasonOf(
      leave('2025-12-01T15:00:00Z', '2025-12-02T07:00:00Z'),
      date,
      'Europe/Moscow',
    );
    expect(text).toBe('Одобренное заявление на выход до 02.12 10:00: поездка в город');
  });

  test('midnight in Moscow belongs to the next day', () => {
    const text = absenceReasonOf(
      leave('2025-12-01T15:00:00Z', '2025-12-01T21:00:00Z'),
      date,
      'Europe/Moscow',
    );
    expect(text).toBe('Одобренное заявление на выход до 02.12 00:00: поездка в город');
  });

  test('an application that gives no reason leaves no colon', () => {
    const text = absenceReasonOf(
      leave('2025-12-01T15:00:00Z', '2025-12-01T20:00:00Z', ' '),
      date,
      'Europe/Moscow',
    );
    expect(text).toBe('Одобренное заявление на выход до 23:00');
  });

  test('a peer’s text is always storable: cut to 2,000 characters, without NUL', () => {
    const text = absenceReasonOf(
      leave('2025-12-01T15:00:00Z', '2025-12-01T20:00:00Z', `\0${'🎻'.repeat(3000)}`),
      date,
      'Europe/Moscow',
    );
    expect(Array.from(text)).toHaveLength(2000);
    expect(text).not.toContain('\0');
  });
});
