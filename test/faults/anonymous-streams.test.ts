import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { askAsEducator, attackStage, MEMORY_MIB } from '../attack-stage.ts';
import { LONG } from '../hostile.ts';
import { EMPTY_MESSAGE, openSession, openStream, question, REFLECTION, WATCH } from '../load/raw-grpc.ts';
import type { StreamFlood } from '../load/stream-flood.ts';

/** What somebody without a token does over gRPC to everybody else. */

const { freshService, watchMemory, attack, afterwards } = attackStage();

test.each<StreamFlood['flood']>(['resets', 'unknown methods', 'health checks', 'reflection', 'header bombs'])(
  'thousands of calls a second without a token (%s) do not keep an educator waiting',
  async (flood) => {
    const campus = await freshService();
    const grown = watchMemory(campus);
    await attack('stream-flood.ts', { port: campus.service.grpcPort, flood });
    expect(await askAsEducator(campus)).toEqual([200]);
    expect(grown()).toBeLessThan(MEMORY_MIB);
  },
  60_000,
);

test('of an address that calls without a token again and again only so many calls are answered', async () => {
  const campus = await freshService();
  const began = performance.now();
  await attack('stream-flood.ts', { port: campus.service.grpcPort, flood: 'resets' });
  await askAsEducator(campus);
  const seconds = (performance.now() - began) / 1000;
  const answered = campus.service.output().match(/"method":"ListPatrols"/g) ?? [];
  // Two thousand at once and a thousand a second, and for each connection what is read with them.
  expect(answered.length).toBeGreaterThan(500);
  expect(answered.length).toBeLessThan(6000 + 2000 * seconds);
}, 60_000);

test('of thousands of watches of health on many connections one address holds no more than its share', async () => {
  const campus = await freshService();
  const grown = watchMemory(campus);
  let held = 0;
  const watch = async () => {
    const session = openSession(campus.service.grpcPort);
    afterwards(() => session.destroy());
    await once(session, 'remoteSettings');
    const streams = Array.from({ length: 100 }, async () => {
      const stream = openStream(session, WATCH);
      stream.end(EMPTY_MESSAGE);
      // Who is refused is answered with a status and nothing else.
      const [headers] = await once(stream, 'response');
      if (headers['grpc-status'] === undefined) held += 1;
    });
    await Promise.all(streams);
  };
  for (let connection = 0; connection < (LONG ? 50 : 8); connection += 1) {
    await watch();
    // Who asks faster is put out, and what they watched with them.
    await pause(300);
  }
  expect(held).toBe(500);
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 90_000);

test('a connection beyond the setting takes the place of the oldest that nothing is done for', async () => {
  const campus = await freshService({ MAX_GRPC_CONNECTIONS: '5', MAX_SHARE_OF_ADDRESS: '1' });
  const connect = async () => {
    const session = openSession(campus.service.grpcPort);
    afterwards(() => session.destroy());
    await once(session, 'remoteSettings');
    return session;
  };
  const sessions = [];
  for (let at = 0; at < 5; at += 1) sessions.push(await connect());
  const [oldest, ...others] = sessions;
  if (!oldest) throw new Error('nobody is connected');
  const closed = once(oldest, 'close');
  await connect();
  await closed;
  expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false, false, false]);
}, 60_000);

test('who asks reflection and does not take the answers is not read on', async () => {
  const campus = await freshService();
  // Not a byte of an answer's message may be sent.
  const session = openSession(campus.service.grpcPort, { settings: { initialWindowSize: 0 } });
  afterwards(() => session.destroy());
  await once(session, 'remoteSettings');
  const stream = openStream(session, REFLECTION);
  const asked = question(3000);
  const many = 400;
  let taken = 0;
  for (let at = 0; at < many; at += 1) {
    stream.write(asked, (error) => {
      if (!error) taken += 1;
    });
  }
  // There is no event for not being read.
  await pause(2000);
  expect(taken).toBeLessThan(many / 4);
}, 60_000);
