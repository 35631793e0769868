import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { LONG } from '../hostile.ts';
import { quantile } from '../load/closed-loop.ts';
import { EMPTY_MESSAGE, openSession, openStream, question, REFLECTION, WATCH } from '../load/raw-grpc.ts';
import type { ServedCampus } from '../load/served-campus.ts';
import type { Flood } from '../load/stream-flood.ts';
import { strangerStage } from '../stranger.ts';

/** What somebody without a token does over gRPC to everybody else. */

const { freshService, watchMemory, afterwards } = strangerStage();

/** Floods the service from a thread of its own, and asks as an educator over REST meanwhile. */
async function educatorDuring({ service, bearer }: ServedCampus, flood: Flood) {
  const headers = { authorization: await bearer('educator') };
  const url = `http://127.0.0.1:${service.restPort}/api/v1/patrols`;
  const worker = new Worker(new URL('../load/stream-flood.ts', import.meta.url), {
    workerData: { port: service.grpcPort, flood },
  });
  afterwards(() => worker.terminate());
  await once(worker, 'online');
  await pause(500);
  const latencies: number[] = [];
  const statuses = new Set<number>();
  const end = performance.now() + (LONG ? 10_000 : 3000);
  while (performance.now() < end) {
    const began = performance.now();
    const answer = await fetch(url, { headers });
    await answer.text();
    statuses.add(answer.status);
    latencies.push(performance.now() - began);
    await pause(20);
  }
  return { statuses: [...statuses], medianMs: quantile(latencies, 0.5) };
}

test.each<Flood>(['resets', 'unknown methods', 'reflection', 'header bombs'])(
  'thousands of calls a second without a token (%s) do not keep an educator waiting',
  async (flood) => {
    const campus = await freshService();
    const grown = watchMemory(campus);
    const educator = await educatorDuring(campus, flood);
    process.stdout.write(`${flood}: an educator waits ${educator.medianMs.toFixed(0)} ms\n`);
    expect(educator.statuses).toEqual([200]);
    expect(educator.medianMs).toBeLessThan(1000);
    expect(grown()).toBeLessThan(100);
  },
  60_000,
);

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
  expect(grown()).toBeLessThan(50);
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
