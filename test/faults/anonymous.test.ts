import { once } from 'node:events';
import http2 from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { service as healthService } from 'grpc-health-check';
import { attackStage, MEMORY_MIB } from '../attack-stage.ts';
import { LONG } from '../hostile.ts';

/** What somebody without a token does to a service that has just started, and how much memory it may take for that. */

const { freshService, watchMemory, afterwards } = attackStage();

test('hundreds who ask for one page of the documentation right after a start are given one copy of it', async () => {
  const campus = await freshService();
  const grown = watchMemory(campus);
  const ask = async () => {
    const socket = connect(campus.service.restPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: campus\r\nConnection: close\r\n\r\n',
    );
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await once(socket, 'close');
    return received;
  };
  const sizes = await Promise.all(Array.from({ length: LONG ? 600 : 300 }, ask));
  expect(Math.min(...sizes)).toBeGreaterThan(1_000_000);
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 60_000);

test('watching the health of services that there are not leaves nothing behind', async () => {
  const campus = await freshService();
  const client = new grpc.Client(`127.0.0.1:${campus.service.grpcPort}`, grpc.credentials.createInsecure());
  afterwards(() => client.close());
  const method = healthService.Watch;
  if (!method) throw new Error('the health service has no Watch');
  const grown = watchMemory(campus);
  for (let at = 0; at < (LONG ? 400 : 200); at += 1) {
    const stream = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      {
        service: `${at}${'x'.repeat(1_000_000)}`,
      },
    );
    const ended = new Promise((resolve) => stream.once('status', resolve));
    // Cancelled or refused: both are an end.
    stream.on('error', () => {});
    stream.on('data', () => stream.cancel());
    await ended;
  }
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 60_000);

/** Opens connections that each send the head of a request and its body but for the last byte, and waits until all is sent. */
async function sendUnfinished(port: number, count: number, head: string, bytes: number): Promise<void> {
  const body = Buffer.alloc(bytes, 'x');
  const send = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    afterwards(() => socket.destroy());
    const over = new Promise((resolve) => socket.once('close', resolve));
    socket.write(head);
    const sent = new Promise((resolve) => socket.write(body, resolve));
    // Whoever is refused may be cut off before all of it is sent.
    await Promise.race([sent, over]);
  };
  await Promise.all(Array.from({ length: count }, send));
  // What was sent is not yet read: memory has to be watched for a while, and there is no event for its not growing.
  await pause(3000);
}

test.each(['PATCH /api/v1/patrols/99999999-0000-4000-8000-000000000001/entries', 'POST /api/v1/patrols'])(
  'bodies of a mebibyte less a byte to %s, from people without a token, take no memory',
  async (request) => {
    const campus = await freshService();
    const grown = watchMemory(campus);
    const bytes = 1024 * 1024 - 1;
    const head = `${request} HTTP/1.1\r\nHost: campus\r\nContent-Type: application/json\r\nContent-Length: ${bytes + 1}\r\n\r\n`;
    await sendUnfinished(campus.service.restPort, LONG ? 600 : 300, head, bytes);
    expect(grown()).toBeLessThan(MEMORY_MIB);
  },
  60_000,
);

test('bodies of a mebibyte less a byte, with a good token, take no more than all bodies may', async () => {
  const campus = await freshService();
  const grown = watchMemory(campus);
  const bytes = 1024 * 1024 - 1;
  const head = `PATCH /api/v1/patrols/99999999-0000-4000-8000-000000000001/entries HTTP/1.1\r\nHost: campus\r\nAuthorization: ${await campus.bearer('educator')}\r\nContent-Type: application/json\r\nContent-Length: ${bytes + 1}\r\n\r\n`;
  await sendUnfinished(campus.service.restPort, LONG ? 600 : 300, head, bytes);
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 60_000);

const MARK_PATH = '/campus.patrol.PatrolService/MarkPatrolEntries';
const REFLECTION_PATH = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';

/** gRPC's frame of a message of so many bytes, without its last one. */
function unfinishedMessage(bytes: number): Buffer {
  const frame = Buffer.alloc(5 + bytes - 1);
  frame.writeUInt32BE(bytes, 1);
  return frame;
}

test.each([MARK_PATH, REFLECTION_PATH])(
  'messages of a mebibyte less a byte to %s on hundreds of streams, from people without a token, take no memory',
  async (path) => {
    const campus = await freshService();
    const grown = watchMemory(campus);
    const message = unfinishedMessage(1024 * 1024);
    for (let connection = 0; connection < (LONG ? 8 : 4); connection += 1) {
      const session = http2.connect(`http://127.0.0.1:${campus.service.grpcPort}`);
      session.on('error', () => {});
      afterwards(() => session.destroy());
      const streams = Array.from({ length: 50 }, () => {
        const stream = session.request({
          ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
        });
        stream.on('error', () => {});
        stream.resume();
        stream.write(message);
        return new Promise((resolve) => stream.once('close', resolve));
      });
      // Of the guarded ones each is refused; the others as soon as their message is too long.
      await Promise.race([Promise.all(streams), pause(3000)]);
    }
    expect(grown()).toBeLessThan(MEMORY_MIB);
  },
  60_000,
);
