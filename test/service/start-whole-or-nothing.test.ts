import * as grpc from '@grpc/grpc-js';
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

describe('a start that cannot be whole leaves nothing behind', () => {
  const failures: Record<string, () => void> = {
    'a resident without a user id': () => serve([person(), person({ user_id: '' })]),
    'a resident with a broken user id': () => serve([person({ user_id: 'ivanov', is_minor: false })]),
    'a leave without a user id': () =>
      campus.applications.replace('GetApprovedLeaves', async () => ({
        records: [{ user_id: '', reason: 'x' }],
      })),
    'auth-service failing on the second page': () =>
      campus.auth.replace('GetUsers', async ({ page }) => {
        if (page > 1) throw statusError(grpc.status.INTERNAL);
        return { users: Array.from({ length: 100 }, () => person()), total: 200, page, size: 100, pages: 2 };
      }),
    'auth-service listing without end': () =>
      campus.auth.replace('GetUsers', async ({ page }) => ({
        users: [],
        total: 1,
        page,
        size: 100,
        pages: page + 1,
      })),
    'application-service out of reach': () =>
      campus.applications.replace('GetApprovedLeaves', async () => {
        throw statusError(grpc.status.UNAVAILABLE);
      }),
    'application-service silent': () =>
      campus.applications.replace('GetApprovedLeaves', () => new Promise(() => {})),
  };

  test.each(Object.entries(failures))('%s', async (_name, fail) => {
    fail();
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await campus.sql('select patrol_id from patrols')).toEqual([]);
    campus.auth.restore();
    campus.applications.restore();
    await expect(start()).resolves.toMatchObject({ status: 'in_progress' });
  });

  test('an entry that the database refuses takes its patrol with it', async () => {
    await campus.sql("alter table patrol_entries add constraint test_fault check (room <> '13')");
    serve([person(), person({ room: '13' })]);
    await expect(start()).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(await campus.sql('select patrol_id from patrols')).toEqual([]);
    await campus.sql('alter table patrol_entries drop constraint test_fault');
  });
});
