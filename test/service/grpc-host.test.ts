import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { bearer, shutDatabase, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { servicesByReflection, watchHealth } from '../grpc-peers.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let client: GrpcClient;

beforeAll(async () => {
  // Longer than a test may take: what stops a call here is its caller, never the deadline of our own.
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '60' } });
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

test('bytes that are no message of the RPC are the caller’s fault, with our code and ids, and a line in the log', async () => {
  campus.logged.length = 0;
  // Bytes of our own: the one client sends messages.
  const raw = new grpc.Client(`127.0.0.1:${campus.service.grpcPort}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', await bearer('educator'));
  metadata.set('x-trace-id', 'garbage-1');
  const status = await new Promise<grpc.StatusObject>((resolve) => {
    const bytes = (given: Buffer) => given;
    const path = '/campus.patrol.PatrolService/ListPatrols';
    raw.makeUnaryRequest(path, bytes, bytes, Buffer.from([0]), metadata, () => {}).on('status', resolve);
  });
  raw.close();
  expect(status.code).toBe(grpc.status.INVALID_ARGUMENT);
  expect(status.metadata.getMap()).toMatchObject({
    'error-code': 'VALIDATION_ERROR',
    'x-trace-id': 'garbage-1',
  });
  expect(campus.logged).toContainEqual(
    expect.objectContaining({ trace_id: 'garbage-1', status_code: 3, msg: 'request' }),
  );
});

test('an RPC leaves one line with the same fields as a request over REST', async () => {
  campus.logged.length = 0;
  const metadata = {
    'x-trace-id': 'rpc-2',
    'x-correlation-id': 'c',
    authorization: await bearer('educator'),
  };
  const stranger = '99999999-0000-4000-8000-000000000001';
  await client.call('GetPatrolDetails', { patrol_id: stranger }, { metadata });
  expect(campus.logged.filter(({ status_code }) => status_code !== undefined)).toEqual([
    {
      ...{ level: 'INFO', time: expect.any(Number), service: 'patrol-service', msg: 'request' },
      ...{ error_code: 'PATROL_NOT_FOUND', reason: `no patrol ${stranger} within reach` },
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
    const call = client.call('CreatePatrol', place('2025-10-09'), options);
    await asked;
    leave();
    expect([grpc.status.CANCELLED, grpc.status.DEADLINE_EXCEEDED]).toContain((await call).code);
    const finished = () => campus.logged.some(({ status_code }) => status_code === grpc.status.CANCELLED);
    while (!finished()) await new Promise((resolve) => setImmediate(resolve));
    expect(await campus.sql("select 1 from patrols where date = '2025-10-09'")).toEqual([]);
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

test('a call holds its place among the requests in flight until its answer is made, names and all', async () => {
  const full = await startTestService({ environment: { MAX_REQUESTS_IN_FLIGHT: '1' } });
  const rpc = await grpcClient(full.service.grpcPort);
  try {
    // Written past the service, which knows no name of it yet.
    const [patrol] = await full.sql<{ patrol_id: string }>(
      `insert into patrols (date, building, entrance, patrol_by) values ('2025-12-01', '8', 2, $1) returning patrol_id`,
      [residentFor('educator').user_id],
    );
    const asked = Promise.withResolvers<void>();
    const named = Promise.withResolvers<void>();
    full.auth.replace('GetUserInfo', async () => {
      asked.resolve();
      await named.promise;
      return {};
    });
    const first = rpc.call('GetPatrolDetails', { patrol_id: patrol?.patrol_id });
    await asked.promise;
    expect((await rpc.call('ListPatrols', {})).code).toBe(grpc.status.UNAVAILABLE);
    named.resolve();
    expect((await first).code).toBe(grpc.status.OK);
  } finally {
    rpc.close();
    await full.close();
  }
});
