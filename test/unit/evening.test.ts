import { describe, expect, test } from '@jest/globals';
import type { CampusDate } from '../../lib/campus-types.ts';
import { fieldErrorsOfStart, isEveningOn, patrolMoment, tonight } from '../../lib/patrols/evening.ts';

const evening = { timezone: 'Europe/Moscow', patrolStartTime: '22:00' };
const date = '2025-12-01' as CampusDate;

describe('the moment that leaves are judged by', () => {
  test.each([
    ['a patrol started early is judged by its start time', '2025-12-01T10:00:00Z', '2025-12-01T19:00:00Z'],
    ['one started late on its own date is judged by now', '2025-12-01T20:15:00Z', '2025-12-01T20:15:00Z'],
    ['a second before midnight is still the same evening', '2025-12-01T20:59:59Z', '2025-12-01T20:59:59Z'],
    ['one started after midnight is judged by now', '2025-12-01T21:15:00Z', '2025-12-01T21:15:00Z'],
    ['a second before six is still the same evening', '2025-12-02T02:59:59Z', '2025-12-02T02:59:59Z'],
    ['at six the evening is over: its start time counts', '2025-12-02T03:00:00Z', '2025-12-01T19:00:00Z'],
    [
      'one written down a day later is judged by its start time',
      '2025-12-02T20:30:00Z',
      '2025-12-01T19:00:00Z',
    ],
    [
      'one prepared the evening before is judged by its start time',
      '2025-11-30T20:30:00Z',
      '2025-12-01T19:00:00Z',
    ],
  ])('%s', (_name, now, moment) => {
    expect(patrolMoment(date, new Date(now), evening)).toEqual(new Date(moment));
  });

  test('another campus has its own zone and hour', () => {
    const moment = patrolMoment(date, new Date('2025-12-01T00:00:00Z'), {
      timezone: 'Asia/Vladivostok',
      patrolStartTime: '21:30',
    });
    expect(moment).toEqual(new Date('2025-12-01T11:30:00Z'));
  });
});

test.each([
  ['2025-12-01T02:59:59Z', '2025-11-30'],
  ['2025-12-01T03:00:00Z', '2025-12-01'],
  ['2025-12-01T20:59:59Z', '2025-12-01'],
  ['2025-12-02T02:59:59Z', '2025-12-01'],
])('until six in the morning it is the evening before: %s is that of %s', (now, of) => {
  expect(tonight(new Date(now), 'Europe/Moscow')).toBe(of);
});

describe('an evening is on from its start time until six in the morning', () => {
  test.each([
    ['2025-12-01T18:59:59Z', false],
    ['2025-12-01T19:00:00Z', true],
    // Midnight in Moscow, and midnight UTC.
    ['2025-12-01T21:00:00Z', true],
    ['2025-12-02T00:00:00Z', true],
    ['2025-12-02T02:59:59Z', true],
    ['2025-12-02T03:00:00Z', false],
  ])('%s: %s', (now, isOn) => {
    expect(isEveningOn(new Date(now), evening)).toBe(isOn);
  });

  test('another campus has its own zone and hour', () => {
    const vladivostok = { timezone: 'Asia/Vladivostok', patrolStartTime: '21:30' };
    expect(isEveningOn(new Date('2025-12-01T11:29:59Z'), vladivostok)).toBe(false);
    expect(isEveningOn(new Date('2025-12-01T11:30:00Z'), vladivostok)).toBe(true);
    expect(isEveningOn(new Date('2025-12-01T20:00:00Z'), vladivostok)).toBe(false);
  });
});

test('the latest date is tomorrow’s on the campus, whatever UTC says', () => {
  const fieldErrors = (day: string, now: string) =>
    fieldErrorsOfStart({ date: day }, { campus: evening, clock: () => new Date(now) });
  expect(fieldErrors('2025-12-02', '2025-12-01T20:59:59Z')).toEqual([]);
  expect(fieldErrors('2025-12-03', '2025-12-01T20:59:59Z')).toHaveLength(1);
  // Midnight in Moscow.
  expect(fieldErrors('2025-12-03', '2025-12-01T21:00:00Z')).toEqual([]);
});
