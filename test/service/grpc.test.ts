import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { ERRORS, type ErrorCode } from '../../lib/errors.ts';
import { loadProto } from '../../lib/peers/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import { bearer, bearerWith, shutDatabase, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient, type RpcAnswer } from '../grpc-client.ts';
import { servicesByReflection, watchHealth } from '../grpc-peers.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let client: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '2' } });
  client = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  client.close();
  await campus.close();
});
afterEach(() => {
  campus.auth.restore();
  campus.applications.restore();
});

const place = (date: string) => ({ date, building: '8', entrance: 2 });

async function details(date: string) {
  const { message } = await client.call('CreatePatrol', place(date));
  return (await client.call('GetPatrolDetails', { patrol_id: message.patrol_id })).message;
}

function expectError(answer: RpcAnswer, code: ErrorCode): void {
  expect({ code: answer.code, error: answer.trailing['error-code'], details: answer.details }).toEqual({
    code: grpc.status[ERRORS[code].grpc],
    error: code,
    details: ERRORS[code].message,
  });
  expect(answer.trailing['x-trace-id']).toMatch(/^[\w.-]+$/);
}

test('every RPC of the proto file is an operation, and the other way round', () => {
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  expect(Object.keys(service).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

test('an evening as the gateway has it: start, look, mark, hand in, list', async () => {
  const started = await client.call('CreatePatrol', place('2025-12-01'));
  expect(started.code).toBe(grpc.status.OK);
  expect(started.message).toEqual({
    ...place('2025-12-01'),
    patrol_id: expect.any(String),
    status: 'in_progress',
    started_at: expect.stringMatching(/Z$/),
    patrol_by: residentFor('educator').user_id,
  });
  const { patrol_id } = started.message;
  const looked = (await client.call('GetPatrolDetails', { patrol_id })).message;
  expect(looked).toMatchObject({
    patrol_id,
    submitted_at: '',
    patrol_by_name: nameOf(residentFor('educator')),
  });
  const unchecked = looked.entries.filter((entry: object) => !('is_present' in entry));
  expect(unchecked.length).toBeGreaterThan(1);
  expect(unchecked[0]).toMatchObject({ user_name: expect.stringMatching(/^\S+ \S+ \S+$/), checked_at: '' });

  const [first, second] = unchecked;
  const marked = await client.call('UpdatePatrolEntry', {
    patrol_id,
    patrol_entry_id: first.patrol_entry_id,
    is_present: true,
  });
  expect(marked.message).toMatchObject({
    patrol_id,
    is_present: true,
    absence_reason: '',
    user_name: first.user_name,
  });
  // A client of before sends no bytes for false.
  const absent = await client.call('UpdatePatrolEntry', {
    patrol_id,
    patrol_entry_id: second.patrol_entry_id,
    absence_reason: 'у врача',
  });
  expect(absent.message).toMatchObject({ is_present: false, absence_reason: 'у врача' });
  expect(
    (await client.call('GetPatrolEntry', { patrol_id, patrol_entry_id: second.patrol_entry_id })).message,
  ).toEqual(absent.message);

  const completed = await client.call('UpdatePatrol', { patrol_id, status: 'completed' });
  expect(completed.message).toMatchObject({ status: 'completed', submitted_at: expect.stringMatching(/Z$/) });
  const written = looked.entries.filter(
    ({ is_present }: { is_present?: boolean }) => is_present === false,
  ).length;
  const summary = {
    patrol_id,
    ...place('2025-12-01'),
    status: 'completed',
    started_at: started.message.started_at,
    submitted_at: completed.message.submitted_at,
    entries_count: looked.entries.length,
    present_count: 1,
    absent_count: written + 1,
  };
  const list = await client.call('ListPatrols', { date: '2025-12-01' });
  expect(list.message).toEqual({ items: [summary], total: 1, page: 1, size: 20, pages: 1 });
  expect((await client.call('GetPatrolsForDate', { date: '2025-12-01' })).message).toEqual({
    patrols: [summary],
  });
});

test('an entry is added and removed, a patrol is deleted', async () => {
  const { patrol_id } = await details('2025-12-02');
  const student = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '7' };
  const added = await client.call('AddPatrolEntry', student);
  expect(added.message).toMatchObject({ ...student, user_name: '' });
  expect('is_present' in added.message).toBe(false);
  const { patrol_entry_id } = added.message;
  expect((await client.call('DeletePatrolEntry', { patrol_id, patrol_entry_id })).message).toEqual({
    success: true,
  });
  expectError(await client.call('GetPatrolEntry', { patrol_id, patrol_entry_id }), 'PATROL_ENTRY_NOT_FOUND');
  expect((await client.call('DeletePatrol', { patrol_id })).message).toEqual({ success: true });
  expectError(await client.call('GetPatrolDetails', { patrol_id }), 'PATROL_NOT_FOUND');
});

test('the patrols of a date come whole, never as a page', async () => {
  for (const building of ['8', '9']) {
    for (const entrance of [1, 2, 3, 4])
      await client.call('CreatePatrol', { date: '2025-12-03', building, entrance });
  }
  expect((await client.call('GetPatrolsForDate', { date: '2025-12-03' })).message.patrols).toHaveLength(8);
  const nine = await client.call('GetPatrolsForDate', { date: '2025-12-03', building: '9', entrance: 4 });
  expect(nine.message.patrols).toHaveLength(1);
  expectError(await client.call('GetPatrolsForDate', { building: '9' }), 'VALIDATION_ERROR');
});

test('zero and "" mean not given, and everything else is validated as in REST', async () => {
  const list = await client.call('ListPatrols', {
    page: 0,
    size: 0,
    date: '',
    building: '',
    entrance: 0,
    status: '',
  });
  expect(list.message).toMatchObject({ page: 1, size: 20 });
  const faulty = await client.call('ListPatrols', {
    page: -1,
    size: 101,
    date: '2025-02-30',
    entrance: 9,
    status: 'x',
  });
  expectError(faulty, 'VALIDATION_ERROR');
  const faults = JSON.parse(String(faulty.trailing['error-details-bin']));
  expect(faults.map(({ field }: { field: string }) => field).toSorted()).toEqual(
    ['page', 'size', 'date', 'entrance', 'status'].toSorted(),
  );
});

describe('who calls', () => {
  const { user_id } = residentFor('educator');
  const gateway = { 'x-user-id': user_id, 'x-user-roles': 'educator, student' };

  test('the gateway is believed where it is trusted, and auth-service is not asked', async () => {
    const answer = await client.call('CreatePatrol', place('2025-12-04'), { metadata: gateway });
    expect(answer.message.patrol_by).toBe(user_id);
    expect(campus.auth.calls.filter(({ method }) => method === 'ValidateToken')).toEqual([]);
  });

  test('a bad bearer is not outvoted by metadata', async () => {
    for (const authorization of ['Bearer nonsense', 'Basic x', '', await bearerWith({ type: 'refresh' })]) {
      const answer = await client.call('ListPatrols', {}, { metadata: { ...gateway, authorization } });
      expectError(answer, 'UNAUTHORIZED');
    }
  });

  test('a good bearer decides, whatever the metadata says', async () => {
    const metadata = { ...gateway, 'x-user-roles': 'admin', authorization: await bearer('student') };
    expectError(await client.call('ListPatrols', {}, { metadata }), 'FORBIDDEN');
  });

  test('a gateway that names roles we do not know, or none, opens nothing; one that names nobody is a fault', async () => {
    for (const roles of ['', 'janitor', 'Educator']) {
      const metadata = { ...gateway, 'x-user-roles': roles };
      expectError(await client.call('ListPatrols', {}, { metadata }), 'FORBIDDEN');
    }
    const metadata = { ...gateway, 'x-user-id': 'ivanov' };
    expectError(await client.call('ListPatrols', {}, { metadata }), 'VALIDATION_ERROR');
  });

  test.each(operations.map(({ name }) => name))('%s needs an identity', async (rpc) => {
    expectError(await client.call(rpc, {}, { metadata: {} }), 'UNAUTHORIZED');
    expectError(await client.call(rpc, {}, { metadata: { 'x-user-roles': 'admin' } }), 'UNAUTHORIZED');
  });

  test('metadata alone is refused where it is not trusted', async () => {
    const production = await startTestService({ environment: { ENVIRONMENT: 'production' } });
    const strict = await grpcClient(production.service.grpcPort);
    try {
      expectError(await strict.call('ListPatrols', {}, { metadata: gateway }), 'UNAUTHORIZED');
      expect((await strict.call('ListPatrols', {})).code).toBe(grpc.status.OK);
    } finally {
      strict.close();
      await production.close();
    }
  });
});

describe('names', () => {
  const peerCalls = () =>
    campus.auth.calls.filter(({ method }) => method !== 'ValidateToken').map(({ method }) => method);

  test('those of a whole patrol cost a handful of calls, and the second look none', async () => {
    const fresh = await startTestService();
    const own = await grpcClient(fresh.service.grpcPort);
    try {
      const { message } = await own.call('CreatePatrol', place('2025-12-01'));
      fresh.auth.restore();
      const looked = (await own.call('GetPatrolDetails', { patrol_id: message.patrol_id })).message;
      expect(looked.entries.every(({ user_name }: { user_name: string }) => user_name !== '')).toBe(true);
      const asked = fresh.auth.calls
        .filter(({ method }) => method !== 'ValidateToken')
        .map(({ method }) => method);
      expect(asked.length).toBeLessThanOrEqual(3);
      fresh.auth.restore();
      await own.call('GetPatrolDetails', { patrol_id: message.patrol_id });
      expect(fresh.auth.calls.map(({ method }) => method)).toEqual(['ValidateToken']);
    } finally {
      own.close();
      await fresh.close();
    }
  });

  test('a mark does not pay for a name that is known', async () => {
    const { patrol_id, entries } = await details('2025-12-05');
    campus.auth.restore();
    await client.call('UpdatePatrolEntry', {
      ...{ patrol_id, patrol_entry_id: entries[0].patrol_entry_id },
      ...{ is_present: true },
    });
    expect(peerCalls()).toEqual([]);
  });

  test('auth-service being silent about names does not lose the mark', async () => {
    const { patrol_id } = await details('2025-12-06');
    const stranger = { patrol_id, user_id: '99999999-0000-4000-8000-000000000007', room: '7' };
    campus.auth.replace('GetUserInfo', () => new Promise(() => {}));
    const added = await client.call('AddPatrolEntry', stranger);
    expect(added.message).toMatchObject({ ...stranger, user_name: '' });
    campus.auth.replace('GetUserInfo', async () => {
      throw statusError(grpc.status.INTERNAL);
    });
    const { patrol_entry_id } = added.message;
    const marked = await client.call('UpdatePatrolEntry', { patrol_id, patrol_entry_id, is_present: true });
    expect(marked).toMatchObject({ code: grpc.status.OK, message: { is_present: true, user_name: '' } });
  });
});

test('ids come back in initial and trailing metadata, on success and on errors, and go to peers', async () => {
  const ids = { 'x-trace-id': 'rpc-1.a', 'x-correlation-id': 'evening_7' };
  const authorization = await bearer('educator');
  const good = await client.call('ListPatrols', {}, { metadata: { ...ids, authorization } });
  expect(good.metadata).toMatchObject(ids);
  expect(campus.auth.calls[0]?.metadata).toMatchObject(ids);
  const refused = await client.call('ListPatrols', {}, { metadata: ids });
  expect(refused.trailing).toMatchObject({ ...ids, 'error-code': 'UNAUTHORIZED' });
  const replaced = await client.call('ListPatrols', {}, { metadata: { 'x-trace-id': 'a b' } });
  expect(replaced.trailing['x-trace-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('an RPC leaves one line with the same fields as a request over REST', async () => {
  campus.logged.length = 0;
  const metadata = {
    'x-trace-id': 'rpc-2',
    'x-correlation-id': 'c',
    authorization: await bearer('educator'),
  };
  await client.call('GetPatrolDetails', { patrol_id: '99999999-0000-4000-8000-000000000001' }, { metadata });
  expect(campus.logged.filter(({ status_code }) => status_code !== undefined)).toEqual([
    {
      ...{ level: 'info', time: expect.any(Number), service: 'patrol-service', msg: 'request' },
      ...{ trace_id: 'rpc-2', correlation_id: 'c', user_id: residentFor('educator').user_id },
      method: 'GetPatrolDetails',
      path: '/campus.patrol.PatrolService/GetPatrolDetails',
      status_code: grpc.status.NOT_FOUND,
      duration_ms: expect.any(Number),
    },
  ]);
});

describe('callers who no longer wait', () => {
  test.each<[string, () => { deadlineMs?: number; signal?: AbortSignal; leave: () => void }]>([
    [
      'cancelled',
      () => {
        const controller = new AbortController();
        return { signal: controller.signal, leave: () => controller.abort() };
      },
    ],
    ['past their deadline', () => ({ deadlineMs: 300, leave: () => {} })],
  ])('%s: the peer’s call stops, and nothing is written', async (_name, caller) => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    campus.applications.replace('GetApprovedLeaves', () => {
      ask();
      return new Promise(() => {});
    });
    campus.logged.length = 0;
    const { leave, ...options } = caller();
    const call = client.call('CreatePatrol', place('2025-12-09'), options);
    await asked;
    leave();
    expect([grpc.status.CANCELLED, grpc.status.DEADLINE_EXCEEDED]).toContain((await call).code);
    const finished = () => campus.logged.some(({ status_code }) => status_code === grpc.status.CANCELLED);
    while (!finished()) await new Promise((resolve) => setImmediate(resolve));
    expect(await campus.sql("select 1 from patrols where date = '2025-12-09'")).toEqual([]);
  });
});

test('a message over a mebibyte is refused and the server serves on', async () => {
  const answer = await client.call('UpdatePatrolEntry', { absence_reason: 'x'.repeat(2 ** 20 + 1) });
  expect(answer.code).toBe(grpc.status.RESOURCE_EXHAUSTED);
  expect((await client.call('ListPatrols', {})).code).toBe(grpc.status.OK);
});

describe('what any gRPC client expects', () => {
  test('reflection names the service and health', async () => {
    expect((await servicesByReflection(campus.service.grpcPort)).toSorted()).toEqual([
      'campus.patrol.PatrolService',
      'grpc.health.v1.Health',
    ]);
  });

  test.each(['', 'campus.patrol.PatrolService'])('health of %j follows the database', async (service) => {
    const health = watchHealth(campus.service.grpcPort, service);
    await health.until('SERVING');
    const letIn = await shutDatabase(campus.config.databaseUrl);
    await health.until('NOT_SERVING');
    await letIn();
    await health.until('SERVING');
    health.close();
  });
});

test('a stop says NOT_SERVING, finishes the call in flight, and refuses a new one', async () => {
  const stopping = await startTestService();
  const own = await grpcClient(stopping.service.grpcPort);
  const health = watchHealth(stopping.service.grpcPort, '');
  await health.until('SERVING');
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  stopping.applications.replace('GetApprovedLeaves', async () => {
    ask();
    await hold;
    return { records: [] };
  });
  const inFlight = own.call('CreatePatrol', place('2025-12-01'));
  await asked;
  const stopped = stopping.close();
  await health.until('NOT_SERVING');
  health.close();
  expect((await own.call('ListPatrols', {})).code).toBe(grpc.status.UNAVAILABLE);
  release();
  expect((await inFlight).code).toBe(grpc.status.OK);
  own.close();
  await stopped;
});

function nameOf({ last_name, first_name, patronymic }: ReturnType<typeof residentFor>): string {
  return `${last_name} ${first_name} ${patronymic}`;
}
