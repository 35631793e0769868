import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { askOverRest } from '../../infra/clients/operation-client.ts';
import { isOnRest, type RpcName } from '../../lib/operation.ts';
import { bearer, NEWCOMERS, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;
let admin: string;
let day = 0;

beforeAll(async () => {
  campus = await startTestService();
  admin = await bearer('admin');
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});

/** A patrol of a day of its own, and the first entry that nobody has checked. */
async function started() {
  day += 1;
  const date = new Date(Date.UTC(2024, 0, day)).toISOString().slice(0, 10);
  const answer = await call('POST', '/patrols', { body: { date, building: '9', entrance: 2 } });
  const path = `/patrols/${answer.body.patrol_id}`;
  const first = answer.body.entries.find((entry: { is_present: unknown }) => entry.is_present === null);
  return { ...answer, path, patrol: answer.body, first, entryPath: `${path}/${first.patrol_entry_id}` };
}

const tagOf = async (path: string) => String((await call('GET', path)).headers.get('etag'));

type Target = { readonly patrol_id: string; readonly patrol_entry_id: string };

/** What each change of something that is there is asked for; and of what it may say the version. */
const CHANGES: Partial<
  Record<RpcName, { of: 'patrol' | 'entry'; input(target: Target): Record<string, unknown> }>
> = {
  UpdatePatrol: { of: 'patrol', input: ({ patrol_id }) => ({ patrol_id, status: 'completed' }) },
  DeletePatrol: { of: 'patrol', input: ({ patrol_id }) => ({ patrol_id }) },
  RefreshPatrol: { of: 'patrol', input: ({ patrol_id }) => ({ patrol_id }) },
  ReopenPatrol: { of: 'patrol', input: ({ patrol_id }) => ({ patrol_id, reason: 'вернулся' }) },
  AddPatrolEntry: {
    of: 'patrol',
    input: ({ patrol_id }) => ({ patrol_id, user_id: NEWCOMERS[0]?.user_id, room: '1' }),
  },
  MarkPatrolEntries: {
    of: 'patrol',
    input: ({ patrol_id, patrol_entry_id }) => ({
      patrol_id,
      marks: [{ patrol_entry_id, is_present: true }],
    }),
  },
  UpdatePatrolEntry: { of: 'entry', input: (target) => ({ ...target, is_present: true }) },
  DeletePatrolEntry: { of: 'entry', input: (target) => ({ ...target }) },
};

/** Starting has nothing to match. */
const changing = operations.filter(
  ({ rest, name }) => rest && rest.method !== 'GET' && name !== 'CreatePatrol',
);

test.each(changing)(
  '$name over REST and gRPC is refused for another version, and done for the present one',
  async ({ name }) => {
    const change = CHANGES[name];
    if (!change) throw new Error(`say in CHANGES what ${name} is asked for`);
    const { path, patrol, first, entryPath } = await started();
    if (name === 'ReopenPatrol') await call('PATCH', path, { body: { status: 'completed' } });
    const subject = change.of === 'patrol' ? path : entryPath;
    const input = change.input({ patrol_id: patrol.patrol_id, patrol_entry_id: first.patrol_entry_id });
    const old = await tagOf(subject);
    // Somebody else marks meanwhile; what is handed in is opened and handed in again.
    if (name === 'ReopenPatrol') {
      await call('POST', `${path}/reopen`, { authorization: admin, body: { reason: 'ошибка' } });
      await call('PATCH', path, { body: { status: 'completed' } });
    } else await call('PATCH', entryPath, { body: { is_present: false } });
    const present = await tagOf(subject);
    expect(present).not.toBe(old);
    const before = (await call('GET', path)).body;

    const ask = askOverRest(call);
    const refusedCode = (await ask(name, input, { authorization: admin, headers: { 'if-match': old } })).code;
    const metadata = { authorization: admin, 'if-match': `"x", ${old}` };
    const overGrpc = await rpc.call(name, input, { metadata });
    expect(refusedCode).toBe('PRECONDITION_FAILED');
    expect(overGrpc).toMatchObject({
      code: 9,
      trailing: { 'error-code': 'PRECONDITION_FAILED', etag: present },
    });
    expect((await call('GET', path)).body).toEqual(before);

    const done = await ask(name, input, { authorization: admin, headers: { 'if-match': present } });
    expect(done.code).toBe('OK');
  },
);

test('every answer that is one patrol or one entry has the tag that reading it has', async () => {
  const { headers, path, entryPath, patrol, first } = await started();
  expect(headers.get('etag')).toBe(await tagOf(path));
  const marked = await call('PATCH', entryPath, { body: { is_present: true } });
  expect(marked.headers.get('etag')).toBe(await tagOf(entryPath));
  const several = await call('PATCH', `${path}/entries`, {
    body: { marks: [{ patrol_entry_id: first.patrol_entry_id, is_present: false }] },
  });
  expect(several.headers.get('etag')).toBe(await tagOf(path));
  const added = await call('POST', path, { body: { user_id: NEWCOMERS[1]?.user_id, room: '7' } });
  const addedPath = `${path}/${added.body.patrol_entry_id}`;
  expect(added.headers.get('etag')).toBe(await tagOf(addedPath));
  const refreshed = await call('POST', `${path}/refresh`);
  expect(refreshed.headers.get('etag')).toBe(await tagOf(path));
  const handedIn = await call('PATCH', path, { body: { status: 'completed' } });
  expect(handedIn.headers.get('etag')).toBe(await tagOf(path));
  const body = { reason: 'вернулся' };
  const reopened = await call('POST', `${path}/reopen`, { authorization: admin, body });
  expect(reopened.headers.get('etag')).toBe(await tagOf(path));
  const { metadata } = await rpc.call('GetPatrolDetails', { patrol_id: patrol.patrol_id });
  expect(metadata.etag).toBe(await tagOf(path));
  for (const one of [marked, several, added, handedIn, reopened]) expect(one.body.version).toBeUndefined();
});

test('the tag of an entry is its updated_at: a phone has it from the list', async () => {
  const { first, entryPath } = await started();
  expect(await tagOf(entryPath)).toBe(`"${first.updated_at}"`);
  const headers = { 'if-match': `"${first.updated_at}"` };
  const marks = [true, false, true, null, true].map(
    (is_present) => () => call('PATCH', entryPath, { body: { is_present } }),
  );
  expect((await call('PATCH', entryPath, { headers, body: { is_present: true } })).status).toBe(200);
  const tags = [];
  for (const mark of marks) tags.push((await mark()).headers.get('etag'));
  expect(new Set(tags).size).toBe(marks.length);
  expect(tags).toEqual(tags.toSorted());
});

test('a refusal names the present version, and changes nothing', async () => {
  const { entryPath } = await started();
  const body = { is_present: true };
  const refused = await call('PATCH', entryPath, { headers: { 'if-match': '"old"' }, body });
  expect([refused.status, refused.headers.get('etag')]).toEqual([412, await tagOf(entryPath)]);
  expect((await call('GET', entryPath)).body.is_present).toBeNull();
});

test.each([
  ['*', 200],
  ['W/"1"', 412],
  ['"a", "b"', 412],
  ['', 400],
  ['"a" "b"', 400],
  ['"a,b"', 412],
  ['"a",, "b"', 412],
  [', "a"', 412],
  ['"a', 400],
])('If-Match: %s is answered %i', async (ifMatch, expected) => {
  const { entryPath } = await started();
  const headers = { 'if-match': ifMatch };
  const { status, body } = await call('PATCH', entryPath, { headers, body: { is_present: true } });
  expect(status).toBe(expected);
  if (expected === 400) expect(body.error.details[0].field).toBe('if-match');
});

test('of many who mark one entry from the same state, exactly one is served', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { entryPath, path } = await started();
    const headers = { 'if-match': await tagOf(entryPath) };
    const marks = Array.from({ length: 8 }, (_, at) =>
      call('PATCH', entryPath, { headers, body: { is_present: at % 2 === 0 } }),
    );
    const statuses = (await Promise.all(marks)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array(7).fill(412)]);
    await call('DELETE', path);
  }
});

test('of many who change one patrol from the same state, exactly one is served', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { path, patrol } = await started();
    const headers = { 'if-match': await tagOf(path) };
    const marks = patrol.entries.map(({ patrol_entry_id }: { patrol_entry_id: string }) => ({
      ...{ patrol_entry_id, is_present: true },
    }));
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => call('PATCH', `${path}/entries`, { headers, body: { marks } })),
      call('PATCH', path, { headers, body: { status: 'completed' } }),
      call('DELETE', path, { headers }),
      call('POST', path, { headers, body: { user_id: NEWCOMERS[2]?.user_id, room: '1' } }),
    ]);
    const served = answers.filter(({ status }) => status < 300);
    const refused = answers.filter(({ status }) => status === 412 || status === 404);
    expect([served.length, refused.length]).toEqual([1, 5]);
  }
});

test('another version is told before the state: drawing up anew what was handed in', async () => {
  const { path } = await started();
  const headers = { 'if-match': await tagOf(path) };
  await call('PATCH', path, { body: { status: 'completed' } });
  const { status, headers: answered } = await call('POST', `${path}/refresh`, { headers });
  expect([status, answered.get('etag')]).toEqual([412, await tagOf(path)]);
});

test('reading is no change: If-Match is passed over', async () => {
  const { path } = await started();
  expect((await call('GET', path, { headers: { 'if-match': '"x"' } })).status).toBe(200);
  expect(operations.filter(isOnRest).length).toBeGreaterThan(0);
});
