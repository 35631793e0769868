import * as grpc from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import type { Resident } from '../../infra/local/campus.ts';
import { applicationService, eachWithStandIns, residents, type StandIns } from '../stand-ins.ts';

let application: StandIns['application'];
let ask: StandIns['ask'];

eachWithStandIns((standIns) => {
  ({ application, ask } = standIns);
});

const DAY_MS = 86_400_000;
const people = new Map(residents.map((resident) => [resident.user_id, resident]));
const entrances = ['8', '9'].flatMap((name) => [1, 2, 3, 4].map((entrance) => [name, entrance] as const));

/** A leave as the service reads it. */
interface Leave {
  readonly userId: string;
  readonly room: string;
  readonly reason: string;
  readonly from: number;
  readonly until: number;
  /** Both times as they were written. */
  readonly written: readonly [string, string];
}

async function leaves(date: string, building: string, entrance: number): Promise<Leave[]> {
  const answer = await ask(application, applicationService.GetApprovedLeaves, { date, building, entrance });
  return answer.records.map(({ user_id, room, reason, leave_time, return_time }) => ({
    ...{ userId: user_id, room, reason, written: [leave_time, return_time] },
    ...{ from: moment(leave_time), until: moment(return_time) },
  }));
}

function leavesOfBuilding(date: string, building: string): Promise<Leave[][]> {
  return Promise.all([1, 2, 3, 4].map((entrance) => leaves(date, building, entrance)));
}

/** Returns all that a patrol finds by asking for every day of the two weeks before its date, and for that. */
async function leavesFor(date: string, building: string, entrance: number): Promise<Leave[]> {
  const dates = Array.from({ length: 15 }, (_, ago) => daysBefore(date, ago));
  return (await Promise.all(dates.map((asked) => leaves(asked, building, entrance)))).flat();
}

/** No offset means UTC. */
function moment(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

function utcDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function daysBefore(date: string, days: number): string {
  return utcDate(Date.parse(date) - days * DAY_MS);
}

function daysBetween(earlier: string, later: string): number {
  return (Date.parse(later) - Date.parse(earlier)) / DAY_MS;
}

/** 22:00 on campus. */
function evening(date: string): number {
  return Date.parse(`${date}T22:00:00+03:00`);
}

function covers({ from, until }: Leave, time: number): boolean {
  return from <= time && time < until;
}

/** Monday to Sunday, the end of a February with 29 days, and the ends of a month and a year. */
const DATES = [
  ...['2025-12-01', '2025-12-02', '2025-12-03', '2025-12-04', '2025-12-05', '2025-12-06', '2025-12-07'],
  ...['2024-02-29', '2026-06-30', '2026-01-01'],
];

/** By every date of a number of weeks, whose turn it is comes round in every way: 4 turns, 7 weekdays, 9 days at home. */
const WHOLE_CYCLE = Array.from({ length: 4 * 7 * 9 }, (_, index) => daysBefore('2026-06-30', index));

describe('GetApprovedLeaves', () => {
  test('only leaves that begin on the asked date by UTC come, and some of the date before once more', async () => {
    for (const date of DATES) {
      for (const place of entrances) {
        const dayBefore = await leaves(daysBefore(date, 1), ...place);
        for (const leave of await leaves(date, ...place)) {
          if (utcDate(leave.from) !== date) expect(dayBefore).toContainEqual(leave);
        }
      }
    }
  });

  test('the same leave comes for several dates: for the one that it begins on, and for the next', async () => {
    for (const place of entrances) {
      const again = [];
      for (const date of WHOLE_CYCLE.slice(0, 9)) {
        const next = daysBefore(date, -1);
        const twice = (await leaves(next, ...place)).filter(({ from }) => utcDate(from) === date);
        for (const leave of twice) {
          expect(await leaves(date, ...place)).toContainEqual(leave);
          expect(await leaves(daysBefore(next, -1), ...place)).not.toContainEqual(leave);
          // So that a start which asks for both dates gets two papers for the one absence.
          expect(covers(leave, evening(next))).toBe(true);
        }
        again.push(...twice);
      }
      expect(again).toHaveLength(1);
    }
  });

  test('a leave for the weekend is found only by asking for the Friday that it begins on', async () => {
    const mondayMorning = Date.parse('2025-12-08T08:00:00+03:00');
    const isOne = ({ until }: Leave) => until === mondayMorning;
    for (const place of entrances) {
      const found = (await leaves('2025-12-05', ...place)).filter(isOne);
      expect(found).toHaveLength(1);
      for (const date of ['2025-12-05', '2025-12-06', '2025-12-07']) {
        expect(found.every((leave) => covers(leave, evening(date)))).toBe(true);
      }
      for (const date of ['2025-12-06', '2025-12-07', '2025-12-08']) {
        expect((await leaves(date, ...place)).filter(isOne)).toEqual([]);
      }
    }
  });

  test('a leave that begins at half past midnight on campus is found only by asking for the day before', async () => {
    for (const date of DATES) {
      const halfPastMidnight = Date.parse(`${date}T00:30:00+03:00`);
      const isOne = ({ from }: Leave) => from === halfPastMidnight;
      const found = [];
      for (const place of entrances) {
        found.push(...(await leaves(daysBefore(date, 1), ...place)).filter(isOne));
        expect((await leaves(date, ...place)).filter(isOne)).toEqual([]);
      }
      // One in each building.
      expect(found.filter((leave) => covers(leave, evening(date)))).toHaveLength(2);
    }
  });

  test('on any date every entrance has a leave that covers 22:00 and began on an earlier day, up to nine days ago', async () => {
    const longest = new Set<number>();
    for (const date of DATES) {
      const ages = [];
      for (const place of entrances) {
        const covering = (await leavesFor(date, ...place)).filter((leave) => covers(leave, evening(date)));
        ages.push(Math.max(...covering.map(({ from }) => daysBetween(utcDate(from), date))));
      }
      expect(Math.min(...ages)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...ages)).toBeGreaterThanOrEqual(3);
      longest.add(Math.max(...ages));
    }
    expect(Math.max(...longest)).toBe(9);
  });

  test.each(DATES)('adults and students of other entrances come along (%s)', async (date) => {
    for (const building of ['8', '9']) {
      const strangers = new Set<string>();
      for (const entrance of [1, 2, 3, 4]) {
        for (const { userId } of await leaves(date, building, entrance)) {
          const who = people.get(userId);
          if (who?.is_minor === false) strangers.add('adult');
          if (who?.entrance !== entrance) strangers.add('of another entrance');
        }
      }
      expect([...strangers].sort()).toEqual(['adult', 'of another entrance']);
    }
  });

  test.each(DATES)('leaves come that are over at 22:00, and such as have not begun (%s)', async (date) => {
    for (const building of ['8', '9']) {
      const all = (await leavesOfBuilding(date, building)).flat();
      expect(all.some(({ until }) => until <= evening(date))).toBe(true);
      expect(all.some(({ from }) => from > evening(date))).toBe(true);
      expect(all.some((leave) => covers(leave, evening(date)))).toBe(true);
    }
  });

  test.each(DATES)('one student has several leaves of a date, one over and one not (%s)', async (date) => {
    for (const building of ['8', '9']) {
      const several = (await leavesOfBuilding(date, building))
        .flatMap((found) => [...Map.groupBy(found, ({ userId }) => userId).values()])
        .filter(({ length }) => length > 1);
      expect(several.some((own) => own.some((leave) => covers(leave, evening(date))))).toBe(true);
      expect(several.some((own) => own.some(({ until }) => until <= evening(date)))).toBe(true);
    }
  });

  test.each(DATES)('times are written with an offset, with Z, and with neither (%s)', async (date) => {
    const endings = new Set<string>();
    for (const place of entrances) {
      for (const { written } of await leaves(date, ...place)) {
        for (const text of written) endings.add(/(Z|\+03:00)?$/.exec(text)?.[0] ?? '');
      }
    }
    expect([...endings].sort()).toEqual(['', '+03:00', 'Z']);
  });

  test('at least half of the minors of any entrance are still to be checked, on any date and at any hour of its evening', async () => {
    for (const [building, entrance] of entrances) {
      const isHere = (one: Resident) => one.building === building && one.entrance === entrance;
      const minors = residents.filter((one) => one.is_minor && isHere(one));
      const earlier = WHOLE_CYCLE.slice(0, 14).map((date) => daysBefore(date, WHOLE_CYCLE.length));
      const byDate = await Promise.all(
        [...WHOLE_CYCLE, ...earlier].map((date) => leaves(date, building, entrance)),
      );
      for (const [index, date] of WHOLE_CYCLE.entries()) {
        const found = byDate.slice(index, index + 15).flat();
        for (const hours of [0, 1, 1.75, 2.5, 4, 7.9]) {
          const time = evening(date) + hours * 3_600_000;
          const away = new Set(found.filter((leave) => covers(leave, time)).map(({ userId }) => userId));
          const toCheck = minors.filter(({ user_id }) => !away.has(user_id));
          expect(toCheck.length).toBeGreaterThanOrEqual(minors.length / 2);
        }
      }
    }
  });

  test('whoever walks the patrol stays in', async () => {
    for (const date of WHOLE_CYCLE) {
      for (const { userId } of await leaves(date, '8', 1)) {
        expect(people.get(userId)?.roles).not.toContain('student_patrol');
      }
    }
  });

  test('the same leaves at every call, and other people on another date', async () => {
    const first = await leaves('2025-12-01', '8', 1);
    expect(await leaves('2025-12-01', '8', 1)).toEqual(first);
    const ids = (records: readonly Leave[]) => records.map(({ userId }) => userId);
    expect(ids(await leaves('2025-12-05', '8', 1))).not.toEqual(ids(first));
  });

  test('a leave ends after it begins, and says the room and the reason', async () => {
    for (const date of DATES) {
      for (const { userId, room, reason, from, until } of await leaves(date, '', 0)) {
        expect(from).toBeLessThan(until);
        expect(room).toBe(people.get(userId)?.room);
        expect(reason).toMatch(/^[а-яё ]+$/);
      }
    }
  });

  test.each(['', '2025-02-30', '01.12.2025'])(
    'a date that is none (%j) is INVALID_ARGUMENT',
    async (date) => {
      await expect(leaves(date, '8', 1)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    },
  );
});
