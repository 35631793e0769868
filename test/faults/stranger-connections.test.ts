import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { LONG } from '../hostile.ts';
import { quantile } from '../load/closed-loop.ts';
import type { ServedCampus } from '../load/served-campus.ts';
import { strangerStage } from '../stranger.ts';

/** What somebody with many connections does to everybody else. */

const { freshService, watchMemory, afterwards } = strangerStage();

const MANY = LONG ? 5000 : 1500;

/** Opens connections that each ask once, a few at a time: beyond what the kernel queues, one only seems open. */
async function askWithoutReading({ service }: ServedCampus, count: number, asked: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const open = async () => {
    const socket = connect(service.restPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    afterwards(() => socket.destroy());
    sockets.push(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    socket.write(asked);
  };
  while (sockets.length < count) {
    await Promise.all(Array.from({ length: Math.min(100, count - sockets.length) }, open));
  }
  return sockets;
}

/** How many files and connections the service has open. */
function openFiles({ service }: ServedCampus): number {
  return readdirSync(`/proc/${service.pid}/fd`).length;
}

/** Looks until it is so, or the time is over; returns whether it is. */
async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!isSo() && performance.now() < end) await pause(100);
  return isSo();
}

/** Asks for a page a number of times, one after another; returns its statuses, and how long the median took in ms. */
async function askQuietly(url: string, times: number, headers: Record<string, string> = {}) {
  const statuses = new Set<number>();
  const latencies: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const answer = await fetch(url, { headers });
    await answer.text();
    statuses.add(answer.status);
    latencies.push(performance.now() - began);
  }
  return { statuses: [...statuses], medianMs: quantile(latencies, 0.5) };
}

test('connections that ask for 1.6 MB and do not read keep neither probes nor an educator waiting, and are closed', async () => {
  const campus = await freshService({ MAX_CONNECTIONS: String(MANY), MAX_SHARE_OF_ADDRESS: '1' });
  const { restPort } = campus.service;
  const grown = watchMemory(campus);
  const bundle = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: campus\r\n\r\n';
  const before = openFiles(campus);
  await askWithoutReading(campus, MANY, bundle);
  const origin = `http://127.0.0.1:${restPort}`;
  expect((await askQuietly(`${origin}/health/liveness`, 20)).statuses).toEqual([200]);
  const authorization = await campus.bearer('educator');
  const educator = await askQuietly(`${origin}/api/v1/patrols`, 20, { authorization });
  expect(educator.statuses).toEqual([200]);
  expect(educator.medianMs).toBeLessThan(1000);
  expect(grown()).toBeLessThan(100);
  // Who does not read does not see that the connection is closed: the service's side tells.
  expect(await until(() => openFiles(campus) <= before + 10, 20_000)).toBe(true);
}, 90_000);

test('a thousand callers with the token of one plain student do not keep an educator waiting', async () => {
  const campus = await freshService();
  const student = await campus.bearer('student');
  const asked = `GET /api/v1/patrols HTTP/1.1\r\nHost: campus\r\nAuthorization: ${student}\r\n\r\n`;
  const sockets = await askWithoutReading(campus, 1000, asked);
  for (const socket of sockets) socket.on('data', () => socket.write(asked));
  const authorization = await campus.bearer('educator');
  const url = `http://127.0.0.1:${campus.service.restPort}/api/v1/patrols`;
  const educator = await askQuietly(url, LONG ? 100 : 30, { authorization });
  expect(educator.statuses).toEqual([200]);
  expect(educator.medianMs).toBeLessThan(1000);
}, 60_000);
