import * as grpc from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { applicationService, eachWithStandIns, residents, type StandIns } from '../stand-ins.ts';

let application: StandIns['application'];
let ask: StandIns['ask'];

eachWithStandIns((standIns) => {
  ({ application, ask } = standIns);
});

describe('GetApprovedLeaves', () => {
  const leaves = async (date: string, building: string, entrance: number) =>
    (await ask(application, applicationService.GetApprovedLeaves, { date, building, entrance })).records;
  const people = new Map(residents.map((resident) => [resident.user_id, resident]));
  const dates = ['2024-02-29', '2025-12-01', '2025-12-02', '2025-12-03', '2025-12-04', '2026-06-30'];

  /** No offset means UTC. */
  const moment = (text: string) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);

  test.each(dates)('every kind of leave is present on any date (%s)', async (date) => {
    const tenInTheEvening = Date.parse(`${date}T22:00:00+03:00`);
    const nextMorning = tenInTheEvening + 12 * 60 * 60 * 1000;
    for (const building of ['8', '9']) {
      const kinds = new Set<string>();
      for (const entrance of [1, 2, 3, 4]) {
        const records = await leaves(date, building, entrance);
        expect(records.length).toBeGreaterThanOrEqual(2);
        expect(records.length).toBeLessThanOrEqual(5);
        if (new Set(records.map(({ user_id }) => user_id)).size < records.length)
          kinds.add('two of one student');
        for (const record of records) {
          const [from, until] = [moment(record.leave_time), moment(record.return_time)];
          const who = people.get(record.user_id);
          if (from <= tenInTheEvening && tenInTheEvening < until) kinds.add('covers 22:00');
          if (until <= tenInTheEvening) kinds.add('over');
          if (from > tenInTheEvening) kinds.add('not yet begun');
          if (from <= tenInTheEvening && until === nextMorning) kinds.add('overnight until 10:00');
          if (!who?.is_minor) kinds.add('of an adult');
          if (who?.entrance !== entrance) kinds.add('from another entrance');
          kinds.add(`written ${/(Z|\+03:00)?$/.exec(record.leave_time)?.[0] || 'without offset'}`);
          expect(from).toBeLessThan(until);
          expect(record.room).toBe(who?.room);
          expect(record.reason).toMatch(/^[а-яё ]+$/);
        }
      }
      expect([...kinds].sort()).toEqual([
        'covers 22:00',
        'from another entrance',
        'not yet begun',
        'of an adult',
        'over',
        'overnight until 10:00',
        'two of one student',
        'written +03:00',
        'written Z',
        'written without offset',
      ]);
    }
  });

  test('the same leaves at every call, and other people on another date', async () => {
    const first = await leaves('2025-12-01', '8', 1);
    expect(await leaves('2025-12-01', '8', 1)).toEqual(first);
    const ids = (records: typeof first) => records.map(({ user_id }) => user_id);
    expect(ids(await leaves('2025-12-05', '8', 1))).not.toEqual(ids(first));
  });

  test('most minors of an entrance have none', async () => {
    const away = new Set((await leaves('2025-12-01', '8', 1)).map(({ user_id }) => user_id));
    const minors = residents.filter((one) => one.building === '8' && one.entrance === 1 && one.is_minor);
    expect(minors.filter(({ user_id }) => away.has(user_id)).length).toBeLessThan(minors.length / 2);
  });

  test.each(['', '2025-02-30', '01.12.2025'])(
    'a date that is none (%j) is INVALID_ARGUMENT',
    async (date) => {
      await expect(leaves(date, '8', 1)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    },
  );
});
