import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
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
    expect(campus.logged.filter(({ leave_user_id }) => leave_user_id === entry?.user_id)).toHaveLength(2);
  });

  test('leaves of adults and of other entrances add nobody', async () => {
    const entry = await entryWith(() => [
      record(randomUUID(), '2025-12-01T18:00:00+03:00', '2025-12-01T23:00:00+03:00'),
    ]);
    expect(entry?.is_present).toBeNull();
  });
});
