import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { settleCampus } from '../../infra/local/campus.ts';
import type { PatrolEntry } from '../../lib/patrols/schemas.ts';
import { startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { AUTH_CACHE_SECONDS: '60' } });
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});
afterEach(async () => {
  campus.auth.restore();
  campus.applications.restore();
  campus.clock.now = new Date('2025-12-01T19:30:00Z');
  await campus.sql('delete from patrols');
});

/** An entrance with one of each: two on a leave, one of them overdue by now; one explained; one unexplained; others in. */
async function walked() {
  campus.applications.restore();
  const residents = settleCampus().filter(
    ({ building, entrance, is_minor }) => building === '9' && entrance === 1 && is_minor,
  );
  const until = new Map([
    [residents[0]?.user_id, '2025-12-01T20:00:00'],
    [residents[1]?.user_id, '2025-12-02T10:00:00'],
  ]);
  campus.applications.replace('GetApprovedLeaves', async ({ date }) => ({
    records: [...until].map(([user_id = '', return_time]) => ({
      ...{ user_id, user_name: '', room: '', reason: '', leave_time: `${date}T10:00:00`, return_time },
    })),
  }));
  const { body } = await call('POST', '/patrols', {
    body: { date: '2025-12-01', building: '9', entrance: 1 },
  });
  const path = `/patrols/${body.patrol_id}`;
  const unchecked = body.entries.filter(({ is_present }: PatrolEntry) => is_present === null);
  const [unexplained, explained, ...others] = unchecked;
  const mark = ({ patrol_entry_id }: PatrolEntry, is_present: boolean, absence_reason?: string) => ({
    ...{ patrol_entry_id, is_present, ...(absence_reason && { absence_reason }) },
  });
  const marks = [
    mark(unexplained, false),
    mark(explained, false, 'у врача'),
    ...others.map((entry: PatrolEntry) => mark(entry, true)),
  ];
  await call('PATCH', `${path}/entries`, { body: { marks } });
  campus.clock.now = new Date('2025-12-01T20:10:00Z');
  return { path, patrol: body, unexplained, explained, overdue: residents[0], away: residents[1] };
}

type Item = { user_id: string; kind: string; phone: string | null; user_name: string | null };

test('whom to call first: unexplained, then overdue, then the others; each with name and phone', async () => {
  const { path, patrol, unexplained, overdue, explained, away } = await walked();
  const { status, body } = await call('GET', `${path}/absentees`);
  expect(status).toBe(200);
  expect(body.items.map(({ user_id, kind }: Item) => [user_id, kind]).slice(0, 2)).toEqual([
    [unexplained.user_id, 'unexplained'],
    [overdue?.user_id, 'overdue'],
  ]);
  const others = body.items.slice(2).map(({ user_id, kind }: Item) => [user_id, kind]);
  expect(new Map(others)).toEqual(
    new Map([
      [explained.user_id, 'explained'],
      [away?.user_id, 'explained'],
    ]),
  );
  expect(body.items[1]).toMatchObject({
    user_name: `${overdue?.last_name} ${overdue?.first_name} ${overdue?.patronymic}`,
    room: overdue?.room,
    phone: overdue?.phone,
    leave_until: '2025-12-01T20:00:00.000Z',
  });
  expect(overdue?.phone).toMatch(/^\+7/);
  const { message } = await rpc.call('ListAbsentees', { patrol_id: patrol.patrol_id });
  expect(message.items.map(({ user_id }: Item) => user_id)).toEqual(
    body.items.map(({ user_id }: Item) => user_id),
  );
  expect(message.items[1].phone).toBe(overdue?.phone);
});

test('no phone and no name is logged or stored', async () => {
  const { path, overdue } = await walked();
  campus.logged.length = 0;
  await call('GET', `${path}/absentees`);
  expect(JSON.stringify(campus.logged)).not.toContain(overdue?.phone);
  expect(JSON.stringify(campus.logged)).not.toContain(overdue?.last_name);
  const [stored] = await campus.sql<{ rows: number }>(
    'select count(*)::int as rows from audit_trail as trail where trail::text like $1',
    [`%${overdue?.phone}%`],
  );
  expect(stored?.rows).toBe(0);
});

test('without auth-service there is still the list, with what is known', async () => {
  const { path, unexplained } = await walked();
  campus.auth.replace('GetUsers', () => Promise.reject(new Error('broken')));
  campus.auth.replace('GetUserInfo', () => Promise.reject(new Error('broken')));
  const { status, body } = await call('GET', `${path}/absentees`);
  expect(status).toBe(200);
  expect(body.items[0]).toMatchObject({
    ...{ user_id: unexplained.user_id, user_name: null, phone: null, room: unexplained.room },
  });
});

test('an entrance is asked for at once, and not each absentee', async () => {
  const { path } = await walked();
  let persons = 0;
  campus.auth.replace('GetUserInfo', () => {
    persons += 1;
    return Promise.reject(new Error('asked one by one'));
  });
  await call('GET', `${path}/absentees`);
  expect(persons).toBe(0);
});
