import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { residentFor, settleCampus } from '../../infra/local/campus.ts';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
afterEach(() => campus.auth.restore());

const calls = (method: string) => campus.auth.calls.filter((one) => one.method === method).length;
const place = { building: '8', entrance: 1 };

test('who is who stands on every entry, from one listing and without a second one', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: { date: '2025-12-01', ...place } });
  const people = new Map(settleCampus().map((one) => [one.user_id, one]));
  for (const { user_id, user_name } of patrol.entries) {
    const one = people.get(user_id);
    expect(user_name).toBe(`${one?.last_name} ${one?.first_name} ${one?.patronymic}`);
  }
  const asked = calls('GetUsers');
  const { body: read } = await call('GET', `/patrols/${patrol.patrol_id}`);
  expect(read).toEqual(patrol);
  expect(calls('GetUsers')).toBe(asked);
  const [entry] = patrol.entries;
  expect((await call('GET', `/patrols/${patrol.patrol_id}/${entry.patrol_entry_id}`)).body).toEqual(entry);
});

test('a crowd that opens a list whose names nobody knows asks for its entrance once', async () => {
  // Its own service: nobody's name is known there.
  const fresh = await startTestService();
  const speak = await restClient(fresh.url);
  const [row] = await fresh.sql<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by) values ('2025-12-01', '8', 1, $1) returning patrol_id`,
    [residentFor('educator').user_id],
  );
  const minors = settleCampus().filter((one) => one.is_minor && one.building === '8' && one.entrance === 1);
  for (const { user_id } of minors) {
    await fresh.sql(`insert into patrol_entries (patrol_id, user_id, room) values ($1, $2, '1')`, [
      row?.patrol_id,
      user_id,
    ]);
  }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => speak('GET', `/patrols/${row?.patrol_id}`)),
  );
  for (const { body } of answers) expect(body.entries[0].user_name).toMatch(/^\S+ \S+ \S+$/);
  expect(fresh.auth.calls.filter(({ method }) => method === 'GetUsers')).toHaveLength(1);
  await fresh.close();
});

test('what auth-service does not say in time is null, and the patrol is there all the same', async () => {
  const [row] = await campus.sql<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by) values ('2025-11-01', '9', 4, gen_random_uuid()) returning patrol_id`,
  );
  await campus.sql(
    `insert into patrol_entries (patrol_id, user_id, room) select $1, gen_random_uuid(), '7' from generate_series(1, 5)`,
    [row?.patrol_id],
  );
  campus.auth.replace('GetUsers', () => new Promise(() => {}));
  campus.auth.replace('GetUserInfo', () => new Promise(() => {}));
  const { status, body } = await call('GET', `/patrols/${row?.patrol_id}`);
  expect([status, body.patrol_by_name, body.entries_count]).toEqual([200, null, 5]);
  for (const { user_name } of body.entries) expect(user_name).toBeNull();
});

test('names are in answers alone: no table has one, no line of the log', async () => {
  const { last_name } = residentFor('student_patrol');
  const { body } = await call('GET', '/patrols?date=2025-12-01');
  const answer = await call('GET', `/patrols/${body.items[0].patrol_id}`);
  expect(JSON.stringify(answer.body)).toContain(last_name);
  const rows = await campus.sql(
    `select row_to_json(patrols)::text from patrols union all select row_to_json(patrol_entries)::text from patrol_entries
     union all select row_to_json(audit_trail)::text from audit_trail`,
  );
  expect(JSON.stringify(rows)).not.toContain(last_name);
  expect(JSON.stringify(campus.logged)).not.toContain(last_name);
});

test('that auth-service names nobody keeps no token from being confirmed, and a mark waits for a name once', async () => {
  const own = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '1.5' } });
  const speak = await restClient(own.url);
  const { body: patrol } = await speak('POST', '/patrols', { body: { date: '2025-12-01', ...place } });
  await own.sql('update patrol_entries set user_id = gen_random_uuid()');
  own.auth.replace('GetUserInfo', () => new Promise(() => {}));
  own.auth.replace('GetUsers', () => new Promise(() => {}));
  for (const { patrol_entry_id } of patrol.entries) {
    const marked = await speak('PATCH', `/patrols/${patrol.patrol_id}/${patrol_entry_id}`, {
      body: { is_present: true },
    });
    expect([marked.status, marked.body.user_name]).toEqual([200, null]);
  }
  const asked = own.auth.calls.filter(({ method }) => method === 'GetUserInfo').length;
  const [first] = patrol.entries;
  expect((await speak('GET', `/patrols/${patrol.patrol_id}/${first.patrol_entry_id}`)).status).toBe(200);
  expect(own.auth.calls.filter(({ method }) => method === 'GetUserInfo')).toHaveLength(asked);
  await own.close();
});

test('one listed person without an id leaves the others their names', async () => {
  const { body: patrol } = await call('POST', '/patrols', {
    body: { date: '2025-11-30', building: '9', entrance: 2 },
  });
  await campus.sql('update patrol_entries set user_id = gen_random_uuid() where patrol_id = $1', [
    patrol.patrol_id,
  ]);
  const rows = await campus.sql<{ user_id: string }>(
    'select user_id from patrol_entries where patrol_id = $1',
    [patrol.patrol_id],
  );
  const users = ['', ...rows.map(({ user_id }) => user_id)].map((user_id) => ({
    user_id,
    last_name: 'Иванов',
  }));
  campus.auth.replace('GetUsers', async () => ({ users, total: users.length, page: 1, size: 100, pages: 1 }));
  const { body } = await call('GET', `/patrols/${patrol.patrol_id}`);
  for (const { user_name } of body.entries) expect(user_name).toBe('Иванов');
});
