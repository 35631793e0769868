import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Role } from '../../lib/auth/roles.ts';
import { askAsEducator, askInTurn, attackStage, MEMORY_MIB } from '../attack-stage.ts';
import { LONG } from '../hostile.ts';
import { callsInFrames } from '../load/raw-frames.ts';
import { LIST } from '../load/raw-grpc.ts';
import type { RequestFlood } from '../load/request-flood.ts';
import type { ServedCampus } from '../load/served-campus.ts';

/** What somebody with many connections does to everybody else. */

const { freshService, watchMemory, attack, afterwards } = attackStage();

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

test('connections that ask for 1.6 MB and do not read keep neither probes nor an educator waiting, and are closed', async () => {
  const campus = await freshService({ MAX_CONNECTIONS: String(MANY), MAX_SHARE_OF_ADDRESS: '1' });
  const { restPort } = campus.service;
  const grown = watchMemory(campus);
  const bundle = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: campus\r\n\r\n';
  const before = openFiles(campus);
  await askWithoutReading(campus, MANY, bundle);
  const origin = `http://127.0.0.1:${restPort}`;
  const probe = askInTurn(`${origin}/health/liveness`);
  const educator = await askAsEducator(campus);
  expect([educator, await probe]).toEqual([[200], [200]]);
  expect(grown()).toBeLessThan(MEMORY_MIB);
  // Who does not read does not see that the connection is closed: the service's side tells.
  expect(await until(() => openFiles(campus) <= before + 10, 20_000)).toBe(true);
}, 90_000);

const floods: [string, Omit<RequestFlood, 'port'>, Role | null][] = [
  ['a thousand callers without a token', asking('/api/v1/patrols', 1000), null],
  ['callers without a token who do not wait for answers', asking('/api/v1/patrols', 300, 32), null],
  ['callers of a page that there is not', asking('/nothing', 300, 32), null],
  ['a thousand callers with the token of one plain student', asking('/api/v1/patrols', 1000), 'student'],
];

function asking(path: string, connections: number, pipelined = 1): Omit<RequestFlood, 'port'> {
  return { connections, pipelined, request: `GET ${path} HTTP/1.1\r\nHost: campus\r\n` };
}

/** Floods a service; returns what an educator is answered meanwhile, and the service and how much it holds more. */
async function underFlood(flood: Omit<RequestFlood, 'port'>, role: Role | null) {
  const campus = await freshService();
  const authorization = role ? `Authorization: ${await campus.bearer(role)}\r\n` : '';
  const grown = watchMemory(campus);
  const { restPort: port } = campus.service;
  await attack('request-flood.ts', { ...flood, port, request: `${flood.request}${authorization}\r\n` });
  return { port, grown, educator: askAsEducator(campus) };
}

test.each(floods)(
  '%s do not keep an educator or a probe waiting, and take no memory',
  async (_who, flood, role) => {
    const { port, grown, educator } = await underFlood(flood, role);
    const probe = askInTurn(`http://127.0.0.1:${port}/health/liveness`);
    expect([await educator, await probe]).toEqual([[200], [200]]);
    expect(grown()).toBeLessThan(MEMORY_MIB);
  },
  60_000,
);

test('callers of liveness do not keep an educator waiting, and take no memory; a probe of their address waits with them', async () => {
  const { grown, educator } = await underFlood(asking('/health/liveness', 300, 32), null);
  expect(await educator).toEqual([200]);
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 60_000);

test.each<[string, 'restPort' | 'grpcPort', string | Buffer]>([
  [
    'a tunnel after answers that nobody reads',
    'restPort',
    `${'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: campus\r\n\r\n'.repeat(5)}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`,
  ],
  ['a gRPC client that stands still', 'grpcPort', callsInFrames(LIST, 1, false)],
])(
  '%s does not make a stop fail',
  async (_what, port, sent) => {
    const campus = await freshService();
    const socket = connect(campus.service[port], '127.0.0.1');
    afterwards(() => socket.destroy());
    socket.on('error', () => {});
    socket.pause();
    socket.write(sent);
    // There is no event for what is not read.
    await pause(1000);
    expect(await campus.service.stop()).toBe(0);
  },
  60_000,
);
