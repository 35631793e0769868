import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { residentFor } from '../../infra/local/campus.ts';
import type { PatrolEntry } from '../../lib/patrols/schemas.ts';
import { bearer, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { type EventClient, watchOver } from '../watching.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let educator: string;
const open: EventClient[] = [];

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  educator = await bearer('educator');
});
afterAll(() => campus.close());
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  campus.auth.restore();
  await campus.sql('delete from patrols');
});

async function watch(path = '/patrols/events', headers: Record<string, string> = {}, token = educator) {
  const client = await watchOver(`${campus.url}/api/v1${path}`, { authorization: token, ...headers });
  open.push(client);
  return client;
}

const place = { date: '2025-12-01', building: '8', entrance: 1 };

async function started(at: object = place) {
  const { body } = await call('POST', '/patrols', { body: at });
  const unchecked = body.entries.filter(({ is_present }: PatrolEntry) => is_present === null);
  return { patrol: body, path: `/patrols/${body.patrol_id}`, unchecked: unchecked as PatrolEntry[] };
}

const mark = (path: string, entry: PatrolEntry | undefined, body: object = { is_present: true }) =>
  call('PATCH', `${path}/${entry?.patrol_entry_id}`, { body });

test('without Last-Event-ID it begins with the counts of what is watched, and goes on with each change', async () => {
  const { patrol, path, unchecked } = await started();
  const client = await watch(`${path}/events`);
  expect(client.status).toBe(200);
  expect(client.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(client.headers).toMatchObject({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  const [snapshot] = await client.until(1);
  const { entries: _, patrol_by_name: __, ...summary } = patrol;
  expect(snapshot).toMatchObject({ type: 'snapshot', data: { patrols: [summary] } });
  const [first] = unchecked;
  await mark(path, first, { is_present: false, absence_reason: 'у врача' });
  const [, event] = await client.until(2);
  expect(event?.id).toBeGreaterThan(snapshot?.id ?? Number.POSITIVE_INFINITY);
  expect(event?.data).toMatchObject({
    ...{ event_id: event?.id, action: 'entry_marked', author: residentFor('educator').user_id },
    ...{ patrol_id: patrol.patrol_id, ...place, status: 'in_progress' },
    ...{ entries_count: patrol.entries_count, absent_count: patrol.absent_count + 1 },
    unchecked_count: patrol.unchecked_count - 1,
    entry: {
      ...first,
      is_present: false,
      absence_reason: 'у врача',
      updated_at: expect.any(String),
      checked_at: expect.any(String),
    },
  });
  expect(event?.data.entry).toEqual((await call('GET', `${path}/${first?.patrol_entry_id}`)).body);
});

test('every kind of change is an event, in the order of the trail', async () => {
  const client = await watch();
  const head = await bearer('admin');
  const { patrol, path, unchecked } = await started();
  await mark(path, unchecked[0]);
  await call('DELETE', `${path}/${unchecked[1]?.patrol_entry_id}`);
  await call('POST', `${path}/refresh`);
  await call('PATCH', path, { body: { status: 'completed' } });
  await call('POST', `${path}/reopen`, { authorization: head, body: { reason: 'ошибка' } });
  // An event has its entry as long as that is there when the trail is read.
  await client.until(8);
  await call('DELETE', path);
  const [, ...events] = await client.until(10);
  expect(events.map(({ data }) => data.action)).toEqual([
    ...['patrol_started', 'entries_added', 'entry_marked', 'entries_removed', 'entries_added'],
    ...['patrol_completed', 'patrol_reopened', 'patrol_deleted', 'entries_removed'],
  ]);
  expect(events.at(-1)?.data).toMatchObject({ ...place, status: null, entries_count: null, entry: null });
  const [added] = events.filter(({ data }) => data.action === 'entries_added').slice(1);
  expect(added?.data.entry.user_id).toBe(unchecked[1]?.user_id);
  const trail = await call('GET', `/patrols/${patrol.patrol_id}/audit`, { authorization: head });
  expect(events.map(({ id }) => id)).toEqual(
    trail.body.items.map(({ audit_id }: { audit_id: number }) => audit_id),
  );
});

test('a connection that broke goes on where it was, without a gap and without a repeat', async () => {
  const { path, patrol } = await started();
  const entries: PatrolEntry[] = patrol.entries;
  const first = await watch(`${path}/events`);
  await mark(path, entries[0]);
  const last = (await first.until(2)).at(-1)?.id;
  first.close();
  for (const entry of entries.slice(1, 5)) await mark(path, entry);
  const again = await watch(`${path}/events`, { 'last-event-id': String(last) });
  await again.until(4);
  await mark(path, entries[5]);
  const events = await again.until(5);
  expect(events.map(({ data }) => data.entry.patrol_entry_id)).toEqual(
    entries.slice(1, 6).map(({ patrol_entry_id }) => patrol_entry_id),
  );
  const query = await watch(`${path}/events?after=${last}`);
  expect((await query.until(5)).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
});

test('what was missed is told as it was then: an entry that was marked again or removed, a patrol that was deleted', async () => {
  const { path, patrol, unchecked } = await started();
  const live = await watch(`${path}/events`);
  const position = (await live.until(1))[0]?.id;
  const [first] = unchecked;
  await mark(path, first, { is_present: false, absence_reason: 'у врача' });
  await mark(path, first);
  await call('DELETE', `${path}/${first?.patrol_entry_id}`);
  await call('PATCH', path, { body: { status: 'completed' } });
  await call('DELETE', path);
  const seen = (await live.until(7)).slice(1).map(({ data }) => data);
  const again = await watch(`${path}/events`, { 'last-event-id': String(position) });
  const missed = (await again.until(6)).map(({ data }) => data);
  expect(missed.map(({ action, entry }) => [action, entry])).toEqual(
    seen.map(({ action, entry }) => [action, entry]),
  );
  expect(missed.slice(0, 2).map(({ entry }) => [entry.user_id, entry.room, entry.absence_reason])).toEqual([
    [first?.user_id, first?.room, 'у врача'],
    [first?.user_id, first?.room, null],
  ]);
  expect(missed.find(({ action }) => action === 'patrol_completed')?.status).toBe('completed');
  const student = await bearer('student_patrol');
  expect((await watch(`${path}/events`, { 'last-event-id': '1' }, student)).status).toBe(200);
  expect((await watch(`/patrols/${patrol.patrol_id}/events`)).status).toBe(404);
});

test('a number that the trail lost is not waited for while somebody has a transaction open in another database', async () => {
  const { path, unchecked } = await started();
  const client = await watch(`${path}/events`);
  await client.until(1);
  const elsewhere = new URL(campus.environment.DATABASE_URL ?? '');
  elsewhere.pathname = '/postgres';
  const foreign = new pg.Client({ connectionString: elsewhere.href });
  await foreign.connect();
  await foreign.query('begin');
  await foreign.query('select pg_current_xact_id()');
  await campus.sql("select nextval(pg_get_serial_sequence('audit_trail', 'audit_id'))");
  await mark(path, unchecked[0]);
  expect((await client.until(2))[1]?.data.action).toBe('entry_marked');
  await foreign.end();
});

test('a position that a database put back has never reached begins anew', async () => {
  const { path } = await started();
  const client = await watch(`${path}/events`, { 'last-event-id': '999999999' });
  expect((await client.until(1))[0]?.type).toBe('snapshot');
});

test('who watches an entrance, a building or a date sees that and nothing else', async () => {
  const clients = await Promise.all(
    ['?date=2025-11-30', '?building=9', '?building=8&entrance=1', ''].map((query) =>
      watch(`/patrols/events${query}`),
    ),
  );
  await started(place);
  await started({ ...place, building: '9' });
  await started({ ...place, date: '2025-11-30', entrance: 2 });
  const [all] = clients.slice(-1);
  await all?.until(7);
  const seen = clients.map(({ received }) =>
    received
      .filter(({ data }) => data.action === 'patrol_started')
      .map(({ data }) => `${data.date} ${data.building}-${data.entrance}`),
  );
  expect(seen).toEqual([
    ['2025-11-30 8-2'],
    ['2025-12-01 9-1'],
    ['2025-12-01 8-1'],
    ['2025-12-01 8-1', '2025-12-01 9-1', '2025-11-30 8-2'],
  ]);
});

test('a student sees the entrance they live in, and no other, whatever they ask', async () => {
  const student = await bearer('student_patrol');
  const elsewhere = await started({ ...place, entrance: 2 });
  const own = await watch('/patrols/events', {}, student);
  const here = await started(place);
  await mark(elsewhere.path, elsewhere.unchecked[0]);
  await mark(here.path, here.unchecked[0]);
  const events = await own.until(4);
  expect(
    new Set(
      events.flatMap(({ data }) => data.entrance ?? data.patrols.map((one: typeof place) => one.entrance)),
    ),
  ).toEqual(new Set([1]));
  const refused = await Promise.all(
    ['/patrols/events?entrance=2', `${elsewhere.path}/events`].map((path) => watch(path, {}, student)),
  );
  expect(refused.map(({ status }) => status)).toEqual([403, 404]);
  const goingOn = await watch(`${elsewhere.path}/events`, { 'last-event-id': '1' }, student);
  expect(goingOn.status).toBe(404);
});

test.each([
  ['/patrols/events?date=2025-02-30', {}, 400],
  ['/patrols/events?building=7', {}, 400],
  ['/patrols/events?page=1', {}, 400],
  ['/patrols/events', { 'last-event-id': 'x' }, 400],
  ['/patrols/events', { 'last-event-id': '-1' }, 400],
  ['/patrols/x/events', {}, 400],
  ['/patrols/99999999-0000-4000-8000-000000000001/events', {}, 404],
  ['/patrols/events', { authorization: 'Bearer x' }, 401],
])('%s with %j is answered %i', async (path, headers, expected) => {
  expect((await watch(path, headers)).status).toBe(expected);
});

test('names come with the entries, and are in no log line', async () => {
  const { path, unchecked } = await started();
  const client = await watch(`${path}/events`);
  campus.logged.length = 0;
  await mark(path, unchecked[0]);
  const [, event] = await client.until(2);
  expect(event?.data.entry.user_name).toBe(unchecked[0]?.user_name);
  expect(JSON.stringify(campus.logged)).not.toContain(unchecked[0]?.user_name);
});

test('HEAD and other methods do not open a stream', async () => {
  expect((await call('POST', '/patrols/events')).status).toBe(405);
  expect(
    (
      await fetch(`${campus.url}/api/v1/patrols/events`, {
        method: 'HEAD',
        headers: { authorization: educator },
      })
    ).status,
  ).toBe(200);
  expect(campus.service).toBeDefined();
});
