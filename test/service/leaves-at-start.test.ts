import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { statusError } from '../../infra/local/peer-server.ts';
import { openTestEntrance, person, type TestEntrance } from '../entrance.ts';

let campus: TestEntrance['campus'];
let start: TestEntrance['start'];
let serve: TestEntrance['serve'];
let restore: TestEntrance['restore'];

beforeAll(async () => {
  ({ campus, start, serve, restore } = await openTestEntrance());
});
afterAll(() => campus.close());
afterEach(() => restore());

describe('who is written off on a leave', () => {
  const record = (user_id: string, leave_time: string, return_time: string, reason = 'театр') => ({
    ...{ user_id, leave_time, return_time, reason, user_name: '', room: '' },
  });

  async function entryWith(records: (user_id: string) => object[], now?: string) {
    const minor = person();
    serve([minor]);
    // As if application-service gave them for every day that it is asked for: the same leave many times.
    campus.applications.replace('GetApprovedLeaves', async () => ({ records: records(minor.user_id) }));
    const before = campus.clock.now;
    if (now) campus.clock.now = new Date(now);
    try {
      return (await start()).entries[0];
    } finally {
      campus.clock.now = before;
    }
  }

  test('a leave that covers the moment: absent, with the reason, and not checked by anybody', async () => {
    const entry = await entryWith((id) => [
      record(id, '2025-12-01T18:00:00+03:00', '2025-12-01T23:00:00+03:00'),
    ]);
    expect(entry).toMatchObject({
      is_present: false,
      checked_at: null,
      absence_reason: 'Одобренное заявление на выход до 23:00: театр',
    });
  });

  test('times without an offset are UTC', async () => {
    const entry = await entryWith((id) => [record(id, '2025-12-01T15:00:00', '2025-12-02T07:00:00.123456')]);
    expect(entry?.absence_reason).toBe('Одобренное заявление на выход до 02.12 10:00: театр');
  });

  test('a leave that ended between 22:00 and a later start leaves the student to be checked', async () => {
    const leave = (id: string) => [record(id, '2025-12-01T15:00:00Z', '2025-12-01T19:30:00Z')];
    expect((await entryWith(leave, '2025-12-01T19:29:59Z'))?.is_present).toBe(false);
    await campus.sql('delete from patrols');
    expect((await entryWith(leave, '2025-12-01T19:30:00Z'))?.is_present).toBeNull();
  });

  test('leaves with unreadable times excuse nobody, and are logged', async () => {
    const entry = await entryWith((id) => [
      record(id, 'вчера', '2025-12-01T23:00:00+03:00'),
      record(id, '', ''),
    ]);
    expect(entry?.is_present).toBeNull();
    const told = campus.logged.filter(({ leave_user_id }) => leave_user_id === entry?.user_id);
    // Two of each of the fifteen days asked for.
    expect(told).toHaveLength(30);
  });

  test.each([
    ['hours without a day', '00:00', '23:59'],
    ['years alone', '2025', '2026'],
    ['days alone', '2025-12-01', '2025-12-02'],
  ])(
    'a leave of %s excuses nobody: it says of no evening that it is this one',
    async (_what, from, until) => {
      expect((await entryWith((id) => [record(id, from, until)]))?.is_present).toBeNull();
    },
  );

  test.each(['9999-12-31T23:59:59-05:00', '9999-12-31T24:00:00Z'])(
    'a leave without an end (%s) excuses, and the patrol starts',
    async (until) => {
      const entry = await entryWith((id) => [record(id, '2025-12-01T18:00:00+03:00', until)]);
      expect(entry).toMatchObject({ is_present: false, leave_until: '9999-12-31T00:00:00.000Z' });
    },
  );

  test('leaves of adults and of other entrances add nobody', async () => {
    const entry = await entryWith(() => [
      record(randomUUID(), '2025-12-01T18:00:00+03:00', '2025-12-01T23:00:00+03:00'),
    ]);
    expect(entry?.is_present).toBeNull();
  });
});

describe('the days that leaves are asked for', () => {
  const leaveCalls = () => campus.applications.calls.map(({ request }) => String(request.date)).toSorted();

  test('are the patrol’s own by UTC and the fourteen before it, each once', async () => {
    await start();
    expect(leaveCalls()).toHaveLength(15);
    expect([leaveCalls().at(0), leaveCalls().at(-1)]).toEqual(['2025-11-17', '2025-12-01']);
    expect(new Set(leaveCalls()).size).toBe(15);
  });

  test('are asked for eight at a time, inside one deadline', async () => {
    let [underWay, most] = [0, 0];
    const deadlines = new Set<number | undefined>();
    const full = Promise.withResolvers<void>();
    campus.applications.replace('GetApprovedLeaves', async (_request, { deadline }) => {
      deadlines.add(deadline?.getTime());
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 8) full.resolve();
      await full.promise;
      underWay -= 1;
      return { records: [] };
    });
    await start();
    expect(most).toBe(8);
    // Of one moment, as far as the rounding of grpc-timeout lets it be seen.
    const times = [...deadlines].map((time) => time ?? 0);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(500);
  });

  test('one day that cannot be asked for fails the start, and nothing is written', async () => {
    campus.applications.replace('GetApprovedLeaves', async ({ date }) => {
      if (date === '2025-11-20') throw statusError(13);
      return { records: [] };
    });
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await campus.sql('select 1 from patrols')).toEqual([]);
  });

  test('a record without a valid user_id fails the start', async () => {
    const nobody = { user_id: 'x', leave_time: '', return_time: '', reason: '' };
    campus.applications.replace('GetApprovedLeaves', async () => ({ records: [nobody] }));
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
