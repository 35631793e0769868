import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchPatrols } from '../../handlers/watch-patrols.ts';
import type { Caller } from '../../lib/auth/caller.ts';
import { Reach } from '../../lib/auth/reach.ts';
import type { UserId } from '../../lib/campus-types.ts';
import { PatrolServiceError } from '../../lib/errors.ts';
import { eventStream } from '../../lib/watch/event-stream.ts';
import type { Watch } from '../../lib/watch/watch.ts';
import { createWatchers, type WatchLimits } from '../../lib/watch/watchers.ts';
import { bearerWith, openTestContext, startTestService } from '../campus.ts';
import { expectRpcError, grpcClient } from '../grpc-client.ts';
import { lambdaTransport } from './parity/transports.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;

beforeAll(async () => {
  campus = await openTestContext();
});
afterAll(() => campus.close());

/** Watchers of whom it is asked all the time whether they still may. */
const ALL_THE_TIME: Partial<WatchLimits> = { confirmMs: 5, keepAwakeMs: 5, unconfirmedMs: 40 };

const feed = {
  follow: async () => ({ catchUp: async () => {}, position: () => 0, stop: () => {} }),
  wake: () => {},
};
const store = {
  newest: async () => 0,
  writers: async () => new Set<string>(),
  after: async () => ({ events: [], newest: 0 }),
  between: async () => [],
};

function watchers(limits: Partial<WatchLimits> = {}) {
  const { patrols, names, log } = campus.context;
  return createWatchers({ feed, store, patrols, names, log, limits });
}

function caller(
  confirm: () => Promise<void> = async () => {},
  roles: Caller['roles'] = ['educator'],
  number = 1,
): Caller {
  return {
    user_id: `99999999-0000-4000-8000-00000000000${number}` as UserId,
    ...{ roles, reach: Reach.of(roles, { building: '8', entrance: 1 }), ifMatch: null, confirm },
  };
}

/** Reads a watch to its end. @returns the error that ended it, or null. */
async function endOf(watch: Watch): Promise<unknown> {
  try {
    for await (const _ of watch);
    return null;
  } catch (error) {
    return error;
  }
}

const everything = { scope: {}, after: undefined };

test('a token that is refused ends its stream, and no other', async () => {
  const all = watchers(ALL_THE_TIME);
  let isRevoked = false;
  const revoked = await all.watch({
    ...everything,
    caller: caller(async () => {
      if (isRevoked) throw new PatrolServiceError('UNAUTHORIZED', 'expired');
    }),
  });
  const other = await all.watch({ ...everything, caller: caller() });
  isRevoked = true;
  expect(await endOf(revoked)).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(all.count()).toBe(1);
  other.close();
  expect(await endOf(other)).toBeNull();
  expect(all.count()).toBe(0);
});

test('while auth-service cannot be asked a stream goes on for a while, and then ends', async () => {
  const all = watchers(ALL_THE_TIME);
  let asked = 0;
  const watch = await all.watch({
    ...everything,
    caller: caller(async () => {
      asked += 1;
      throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'auth-service is away');
    }),
  });
  expect(await endOf(watch)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(asked).toBeGreaterThan(1);
});

test('watchers are bounded, students by half of it, and a place that is left is free', async () => {
  const all = watchers({ watchers: 4 });
  const students = await Promise.all(
    [1, 2].map((number) =>
      all.watch({ ...everything, caller: caller(undefined, ['student_patrol'], number) }),
    ),
  );
  await expect(
    all.watch({ ...everything, caller: caller(undefined, ['student_patrol'], 3) }),
  ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await all.watch({ ...everything, caller: caller() });
  await all.watch({ ...everything, caller: caller() });
  await expect(all.watch({ ...everything, caller: caller() })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  students[0]?.close();
  await all.watch({ ...everything, caller: caller() });
  all.stop();
  expect(all.count()).toBe(0);
});

test('one student has a twentieth of the places at most', async () => {
  const all = watchers({ watchers: 40 });
  const student = caller(undefined, ['student_patrol']);
  const own = [
    await all.watch({ ...everything, caller: student }),
    await all.watch({ ...everything, caller: student }),
  ];
  await expect(all.watch({ ...everything, caller: student })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  await all.watch({ ...everything, caller: caller(undefined, ['student_patrol'], 2) });
  own[0]?.close();
  await all.watch({ ...everything, caller: student });
  all.stop();
});

test('a watcher of a patrol that is not there takes no place', async () => {
  const all = watchers();
  const scope = { patrol_id: '99999999-0000-4000-8000-000000000001' as never };
  await expect(all.watch({ caller: caller(), scope, after: undefined })).rejects.toMatchObject({
    code: 'PATROL_NOT_FOUND',
  });
  expect(all.count()).toBe(0);
});

test('a stop ends all streams, tells clients when to come back, and takes no more', async () => {
  const all = watchers(ALL_THE_TIME);
  const stream = eventStream(await all.watch({ ...everything, caller: caller() }));
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes(':\n\n')) all.stop();
  });
  await new Promise((resolve) => stream.once('close', resolve));
  expect(text).toMatch(/^retry: 2000\n\nid: 0\nevent: snapshot\n/);
  expect(text).toMatch(/:\n\nretry: \d{4}\n\n$/);
  await expect(all.watch({ ...everything, caller: caller() })).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
});

test('over gRPC too it begins with a snapshot, goes on with changes, and is refused as any call', async () => {
  const service = await startTestService();
  const client = await grpcClient(service.service.grpcPort);
  const { message } = await client.call('CreatePatrol', { date: '2025-12-01', building: '8', entrance: 1 });
  const first = await client.call('WatchPatrols', { date: '2025-12-01' });
  expect(first.message).toMatchObject({ action: 'snapshot', patrols: [{ patrol_id: message.patrol_id }] });
  const next = client.call('WatchPatrols', { after: first.message.event_id });
  const [entry] = message.entries;
  const mark = { patrol_id: message.patrol_id, patrol_entry_id: entry.patrol_entry_id, is_present: true };
  await client.call('UpdatePatrolEntry', mark);
  expect((await next).message).toMatchObject({
    action: 'entry_marked',
    entry: { is_present: true, user_name: entry.user_name },
  });
  const asStudent = { metadata: { authorization: await bearerWith({ roles: ['student'] }) } };
  expectRpcError(await client.call('WatchPatrols', {}, asStudent), 'FORBIDDEN');
  expectRpcError(await client.call('WatchPatrols', { patrol_id: 'x' }), 'VALIDATION_ERROR');
  client.close();
  await service.close();
});

test('a function serves no stream that goes on: 405, and where to ask instead', async () => {
  const transport = await lambdaTransport();
  const { code } = await transport.send(watchPatrols, {}, await bearerWith({ roles: ['admin'] }));
  expect(code).toBe('METHOD_NOT_ALLOWED');
  await transport.close();
});
