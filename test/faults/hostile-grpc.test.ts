import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS } from '../../lib/errors.ts';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import { assertHolds, hostileText, hostileValue } from '../hostile.ts';
import { openServedCampus, type ServedCampus } from '../load/served-campus.ts';

let campus: ServedCampus;
let client: grpc.Client;
let authorization: string;
const methods: grpc.ServiceDefinition =
  loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService.service;

beforeAll(async () => {
  campus = await openServedCampus();
  client = new grpc.Client(`127.0.0.1:${campus.service.grpcPort}`, grpc.credentials.createInsecure());
  authorization = await campus.bearer('admin');
});
afterAll(async () => {
  client.close();
  await campus.close();
});

interface HostileCall {
  readonly rpc: string;
  readonly message: unknown;
  /** Sent instead of the message, as they are. */
  readonly bytes: Uint8Array | null;
  readonly metadata: readonly (readonly [string, string | Buffer])[];
  readonly hasToken: boolean;
}

/** Calls of the proto file's own RPCs: messages with anything in their fields, bytes that are no message, odd metadata. */
function calls(): fc.Arbitrary<HostileCall> {
  const text = fc.oneof(
    fc.stringMatching(/^[ -~]{0,100}$/),
    fc.integer({ min: 100, max: 4000 }).map((length) => 'x'.repeat(length)),
  );
  const metadata = fc.oneof(
    fc.tuple(
      fc.constantFrom(
        'x-trace-id',
        'x-correlation-id',
        'traceparent',
        'baggage',
        'x-user-id',
        'x-user-roles',
        'x-odd',
      ),
      text,
    ),
    fc.tuple(
      fc.constantFrom('x-odd-bin', 'x-trace-id-bin'),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
  );
  return fc.record({
    rpc: fc.constantFrom(...Object.keys(methods)),
    message: fc.oneof(
      hostileValue(),
      fc.dictionary(
        fc.constantFrom(
          'patrol_id',
          'patrol_entry_id',
          'date',
          'building',
          'status',
          'absence_reason',
          'user_id',
          'room',
        ),
        hostileText(),
      ),
    ),
    bytes: fc.option(fc.uint8Array({ maxLength: 100 }), { freq: 4 }),
    metadata: fc.array(metadata, { maxLength: 3 }),
    hasToken: fc.boolean(),
  });
}

/** Bytes and metadata of any kind: the one client sends messages. */
function send({ rpc, message, bytes, metadata, hasToken }: HostileCall): Promise<grpc.StatusObject> {
  const method = methods[rpc];
  if (!method) throw new Error(`no RPC ${rpc}`);
  const sent = new grpc.Metadata();
  if (hasToken) sent.set('authorization', authorization);
  for (const [key, value] of metadata) sent.add(key, value);
  return new Promise((resolve) => {
    const serialize = () => (bytes ? Buffer.from(bytes) : serialized(method, message));
    if (method.responseStream) {
      const stream = client.makeServerStreamRequest(
        method.path,
        serialize,
        (answer) => answer,
        message,
        sent,
        { deadline: Date.now() + 10_000 },
      );
      // It goes on: its first message is its answer.
      stream.once('data', () => {
        resolve({ code: grpc.status.OK, details: '', metadata: new grpc.Metadata() });
        stream.cancel();
      });
      stream.on('error', () => {}).on('status', resolve);
      return;
    }
    const call = client.makeUnaryRequest(
      method.path,
      serialize,
      (answer) => answer,
      message,
      sent,
      { deadline: Date.now() + 10_000 },
      () => {},
    );
    call.on('status', resolve);
  });
}

/** What the proto file cannot say cannot be sent by its means; then an empty message goes. */
function serialized(method: grpc.MethodDefinition<unknown, unknown>, message: unknown): Buffer {
  try {
    return method.requestSerialize(message);
  } catch {
    return Buffer.alloc(0);
  }
}

test('whatever comes over gRPC is answered with a code of the table, never as a failure of ours, and no memory is kept', async () => {
  await assertHolds(
    campus.service,
    fc.asyncProperty(calls(), async (hostile) => {
      const { code, metadata } = await send(hostile);
      expect([
        grpc.status.UNKNOWN,
        grpc.status.INTERNAL,
        grpc.status.UNAVAILABLE,
        grpc.status.DEADLINE_EXCEEDED,
      ]).not.toContain(code);
      if (code === grpc.status.OK) return;
      expect(Object.keys(ERRORS)).toContain(metadata.getMap()['error-code']);
      expect(String(metadata.getMap()['x-trace-id'])).toMatch(/^[\w.-]{1,128}$/);
    }),
  );
}, 600_000);
