import { once } from 'node:events';
import http2 from 'node:http2';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import type { UserId } from '../../lib/campus-types.ts';
import { createGrpcThrottle } from '../../lib/grpc/anonymous-throttle.ts';
import { createGate } from '../../lib/grpc/gate.ts';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import { bearer, startTestService } from '../campus.ts';
import { grpcClient } from '../grpc-client.ts';
import { EMPTY_MESSAGE, LIST, openSession, openStream } from '../load/raw-grpc.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService();
});
afterAll(() => campus.close());

test('one connection opens a hundred streams and no more, and others are served beside them', async () => {
  const session = openSession(campus.service.grpcPort);
  await once(session, 'remoteSettings');
  const authorization = await bearer('educator');
  const unsaid = Array.from({ length: 100 }, () => openStream(session, LIST, { authorization }));
  const oneMore = openStream(session, LIST, { authorization });
  oneMore.end(EMPTY_MESSAGE);
  let isServed = false;
  const served = once(oneMore, 'response').then(() => (isServed = true));
  const other = await grpcClient(campus.service.grpcPort);
  for (let times = 0; times < 3; times += 1) {
    const { code } = await other.call('ListPatrols', {}, { metadata: { authorization } });
    expect([code, isServed]).toEqual([grpc.status.OK, false]);
  }
  unsaid[0]?.close();
  await served;
  other.close();
  session.destroy();
});

/** A server with a gate of little patience; its list answers when it is told to. */
async function impatientServer(answer: object) {
  const gate = createGate({
    ...campus.surroundings.telemetry,
    authentication: {
      // The id is one that auth-service gave.
      check: async () => ({ identity: { user_id: residentFor('educator').user_id as UserId, roles: [] } }),
    },
    maxMessageBytes: new Map([[LIST, 1024]]),
    throttle: createGrpcThrottle(campus.surroundings.telemetry.log),
    timeoutMs: 50,
  });
  const server = new grpc.Server({ interceptors: [gate] });
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  server.addService(service, {
    ListPatrols: (_call: unknown, callback: grpc.sendUnaryData<object>) => {
      void answered.then(() => callback(null, answer));
    },
  });
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    ),
  );
  return { port, answer: resolve, close: () => server.forceShutdown() };
}

test('a call whose message never comes is ended, and one whose message has come is not', async () => {
  const { port, answer, close } = await impatientServer({ items: [] });
  const client = await grpcClient(port);
  const said = client.call('ListPatrols', {});
  const session = openSession(port);
  const unsaid = openStream(session, LIST, { 'x-trace-id': 'unsaid-1' });
  const closed = once(unsaid, 'close');
  const [headers] = await once(unsaid, 'response');
  expect(headers).toMatchObject({
    'grpc-status': '3',
    'error-code': 'VALIDATION_ERROR',
    'x-trace-id': 'unsaid-1',
  });
  // Its caller never ends it, and it is gone all the same.
  await closed;
  expect(campus.logged).toContainEqual(
    expect.objectContaining({ method: 'ListPatrols', status_code: 3, trace_id: 'unsaid-1' }),
  );
  // It was sent first, and so its time is over too.
  answer();
  expect((await said).code).toBe(grpc.status.OK);
  session.destroy();
  client.close();
  close();
});

test('a call is ended whose caller does not take the answer', async () => {
  const { port, answer, close } = await impatientServer({ items: [{ building: '8' }] });
  const session = openSession(port, { settings: { initialWindowSize: 0 } });
  await once(session, 'remoteSettings');
  const stream = openStream(session, LIST);
  const closed = once(stream, 'close');
  stream.end(EMPTY_MESSAGE);
  answer();
  await closed;
  expect(stream.rstCode).toBe(http2.constants.NGHTTP2_CANCEL);
  session.destroy();
  close();
});
