import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Reach } from '../../lib/auth/reach.ts';
import type { CampusDate, PatrolId, UserId } from '../../lib/campus-types.ts';
import type { AttendanceStore } from '../../lib/patrols/attendance-store.ts';
import { idList } from '../../lib/patrols/id-list.ts';
import { createAttendanceReports, REPORT_FORMATS } from '../../lib/report/attendance-report.ts';
import { reportBody } from '../../lib/report/body.ts';

const IDS = 100_000;
const DATE = '2025-12-01' as CampusDate;
const COUNTS = {
  ...{ present_count: 1, absent_by_leave_count: 0, absent_with_reason_count: 0 },
  ...{ unexplained_count: 0, unchecked_count: 0 },
};

/** A store of many patrols, which fails when it is told to. */
function manyPatrols() {
  const state = { parts: 0, fails: false };
  const digits = Buffer.alloc(IDS * 16, 7).toString('hex');
  const store: AttendanceStore = {
    order: async () => ({ patrols: idList<PatrolId>(digits), students: idList<UserId>('') }),
    async patrols(_reach, ids) {
      if (state.fails) throw new Error('PostgreSQL has gone');
      state.parts += 1;
      return ids.map((patrol_id) => ({
        ...{ patrol_id, date: DATE, building: '8', entrance: 1, status: 'in_progress', submitted_at: null },
        ...{ patrol_by: patrol_id as string as UserId, entries_count: 1, ...COUNTS },
      }));
    },
    students: async () => [],
  };
  const names = { of: async () => () => null };
  return { state, reports: createAttendanceReports({ store, names, timezone: 'Europe/Moscow' }) };
}

const reach = Reach.of(['admin'], null);
const period = { date_from: DATE, date_to: DATE };

/** Returns how many parts were read once no more are: the pipeline has come to rest. */
async function partsAtRest(state: { readonly parts: number }): Promise<number> {
  let before = -1;
  for (let still = 0; still < 200; still = state.parts === before ? still + 1 : 0) {
    before = state.parts;
    await turn();
  }
  return state.parts;
}

test.each(REPORT_FORMATS)(
  '%s that nobody reads stops reading PostgreSQL after a few of 500 parts',
  async (format) => {
    const { state, reports } = manyPatrols();
    const { stream } = reportBody(await reports.open(reach, period, format));
    const seen = stream[Symbol.asyncIterator]();
    await seen.next();
    expect(await partsAtRest(state)).toBeLessThan(30);
    await seen.return?.(undefined);
  },
);

test.each(REPORT_FORMATS)('%s whose reader goes reads no further, and makes room', async (format) => {
  const { state, reports } = manyPatrols();
  for (let round = 0; round < 3; round += 1) {
    const { stream } = reportBody(await reports.open(reach, period, format));
    stream.destroy();
    await partsAtRest(state);
    // The first part, read before the answer, and what was under way.
    expect(state.parts).toBeLessThan(10 * (round + 1));
  }
});

test.each(REPORT_FORMATS)('%s breaks when a part cannot be read', async (format) => {
  const { state, reports } = manyPatrols();
  const { stream } = reportBody(await reports.open(reach, period, format));
  state.fails = true;
  await expect(stream.toArray()).rejects.toThrow('PostgreSQL has gone');
});

test('one report more than may be open is refused until one is closed', async () => {
  const { reports } = manyPatrols();
  const opened = await Promise.all(Array.from({ length: 20 }, () => reports.open(reach, period, 'json')));
  await expect(reports.open(reach, period, 'json')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  opened[0]?.close();
  opened[0]?.close();
  await reports.open(reach, period, 'json');
  await expect(reports.open(reach, period, 'json')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

test('a report that cannot be opened makes room at once', async () => {
  const { state, reports } = manyPatrols();
  state.fails = true;
  for (let round = 0; round < 3; round += 1)
    await expect(reports.open(reach, period, 'csv')).rejects.toThrow('PostgreSQL has gone');
});
