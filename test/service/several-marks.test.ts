import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { allPresent } from '../../infra/clients/evening.ts';
import type { PatrolEntry, PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { startTestService } from '../campus.ts';
import { expectRpcError, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let patrol: PatrolWithEntries;
let path: string;

beforeAll(async () => {
  campus = await startTestService({ environment: { HAND_IN_UNCHECKED: 'refuse' } });
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
beforeEach(async () => {
  await campus.sql('delete from patrols');
  const body = { date: '2025-12-01', building: '8', entrance: 1 };
  patrol = (await call('POST', '/patrols', { body })).body;
  path = `/patrols/${patrol.patrol_id}`;
});

const mark = (marks: readonly object[]) => call('PATCH', `${path}/entries`, { body: { marks } });
const read = async (): Promise<PatrolWithEntries> => (await call('GET', path)).body;

test('several marks are answered with the whole patrol as they left it, one record of the trail each', async () => {
  const [first, second, third] = patrol.entries;
  const before = (await campus.sql('select 1 from audit_trail')).length;
  const answer = await mark([
    { patrol_entry_id: first?.patrol_entry_id, is_present: true, absence_reason: 'старая' },
    {
      patrol_entry_id: second?.patrol_entry_id.toUpperCase(),
      is_present: false,
      absence_reason: ' у врача ',
    },
    { patrol_entry_id: third?.patrol_entry_id, is_present: null },
  ]);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(await read());
  expect(answer.body.entries.slice(0, 3)).toMatchObject([
    { is_present: true, absence_reason: null, checked_at: expect.any(String) },
    { is_present: false, absence_reason: 'у врача', checked_at: expect.any(String) },
    { is_present: null, absence_reason: null, checked_at: null },
  ]);
  expect(await campus.sql('select 1 from audit_trail')).toHaveLength(before + 3);
});

test('one mark whose entry is not there, and none is taken; it is named by its place', async () => {
  const marks = [...allPresent(patrol), { patrol_entry_id: patrol.patrol_id, is_present: true }];
  const answer = await mark(marks);
  expect([answer.status, answer.body.error.code]).toEqual([404, 'PATROL_ENTRY_NOT_FOUND']);
  const field = `marks[${marks.length - 1}].patrol_entry_id`;
  expect(answer.body.error.details).toEqual([{ field, message: 'Студента нет в этом обходе' }]);
  expect(await read()).toEqual(patrol);
});

test('several marks and a removal of one of their entries: all are taken before it, or none', async () => {
  for (let round = 0; round < 25; round += 1) {
    const now = await read();
    const marks = now.entries.map(({ patrol_entry_id }) => ({
      ...{ patrol_entry_id, is_present: false, absence_reason: `${round}` },
    }));
    const last = now.entries.at(-1)?.patrol_entry_id;
    const [marked, removed] = await Promise.all([mark(marks), call('DELETE', `${path}/${last}`)]);
    expect([200, 404]).toContain(marked.status);
    expect(removed.status).toBe(204);
    const after = await read();
    const taken = after.entries.filter(({ absence_reason }) => absence_reason === `${round}`);
    expect(taken).toHaveLength(marked.status === 200 ? after.entries.length : 0);
    if (after.entries.length === 1) break;
  }
});

test('several marks never land in a completed patrol, and handing in shows all of them or none', async () => {
  for (let round = 0; round < 40; round += 1) {
    await campus.sql('delete from patrols');
    const body = { date: '2025-12-01', building: '8', entrance: 1 };
    patrol = (await call('POST', '/patrols', { body })).body;
    path = `/patrols/${patrol.patrol_id}`;
    await mark(allPresent(patrol));
    const absent = patrol.entries.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: false }));
    const [marked, completed] = await Promise.all([
      mark(absent),
      call('PATCH', path, { body: { status: 'completed' } }),
    ]);
    expect(completed.status).toBe(200);
    expect([200, 422]).toContain(marked.status);
    const after = await read();
    expect(completed.body).toEqual(after);
    const all = after.entries.every(({ is_present }: PatrolEntry) => is_present === false);
    expect(all).toBe(marked.status === 200);
  }
});

test('two who mark the same room in different orders both succeed, and the last one stands', async () => {
  const forwards = patrol.entries.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
  const backwards = forwards.toReversed().map((each) => ({ ...each, is_present: false }));
  for (let round = 0; round < 25; round += 1) {
    const answers = await Promise.all([mark(forwards), mark(backwards)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { present_count, entries_count } = await read();
    expect([0, entries_count]).toContain(present_count);
  }
});

test('a patrol is handed in once everybody was looked at, and says which rooms are left', async () => {
  const [first, ...others] = allPresent(patrol);
  await mark(others);
  const left = patrol.entries.find(({ patrol_entry_id }) => patrol_entry_id === first?.patrol_entry_id);
  const refused = await call('PATCH', path, { body: { status: 'completed' } });
  expectError(refused, 'PATROL_HAS_UNCHECKED');
  expect(refused.body.error.details).toEqual([{ field: left?.room, message: 'Не проверено: 1' }]);
  await mark([{ patrol_entry_id: first?.patrol_entry_id, is_present: false }]);
  const completed = await call('PATCH', path, { body: { status: 'completed' } });
  expect(completed.body).toMatchObject({ status: 'completed', unchecked_count: 0 });
});

test('over gRPC the code of a refusal comes through, however much it has to tell', async () => {
  const rpc = await grpcClient(campus.service.grpcPort);
  const marks = Array.from({ length: 200 }, () => ({ patrol_entry_id: randomUUID(), is_present: true }));
  const answer = await rpc.call('MarkPatrolEntries', { patrol_id: patrol.patrol_id, marks });
  rpc.close();
  expectRpcError(answer, 'PATROL_ENTRY_NOT_FOUND');
  const details = answer.trailing['error-details-bin'];
  expect(Buffer.byteLength(details ?? '')).toBeLessThan(5000);
  const told = JSON.parse(String(details));
  expect(told.at(-1)).toEqual({ field: '', message: `И ещё: ${200 - told.length + 1}` });
});

test('a start that meets a patrol leads to it', async () => {
  const body = { date: '2025-12-01', building: '8', entrance: 1 };
  const again = await call('POST', '/patrols', { body });
  expectError(again, 'PATROL_ALREADY_EXISTS');
  expect(again.headers.get('location')).toBe(`/api/v1${path}`);
});
