import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { relayTo, type TcpRelay } from '../../infra/lambda/tcp-relay.ts';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { settleCampus } from '../../infra/local/campus.ts';
import { openPeerConnection } from '../../lib/clients/connection.ts';
import { readConfig } from '../../lib/config.ts';
import { type Service, startService } from '../../lib/service.ts';
import { openTestCampus, SECRET, type TestCampus } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

/** GRPC_TIMEOUT_SECONDS, in milliseconds. */
const TIMEOUT_MS = 1000;

let campus: TestCampus;
let service: Service;
let call: RestClient;
let relays: { readonly auth: TcpRelay; readonly application: TcpRelay };
const day = { last: 0 };

beforeEach(async () => {
  campus = await openTestCampus();
  relays = { auth: await relayTo(campus.auth.port), application: await relayTo(campus.applications.port) };
  await open({
    AUTH_GRPC_PORT: String(relays.auth.port),
    APPLICATION_GRPC_PORT: String(relays.application.port),
  });
});
afterEach(async () => {
  await service.stop();
  for (const relay of Object.values(relays)) relay.close();
  await campus.close();
});

/** Starts the service, and has it use both peers. */
async function open(own: Record<string, string>): Promise<void> {
  const environment = { ...campus.environment, GRPC_TIMEOUT_SECONDS: String(TIMEOUT_MS / 1000), ...own };
  service = await startService(readConfig(environment), campus.surroundings);
  call = await restClient(`http://127.0.0.1:${service.restPort}`);
}

const list = async () => (await call('GET', '/patrols')).status;
const start = async () => {
  day.last += 1;
  const date = new Date(Date.UTC(2024, 5, day.last)).toISOString().slice(0, 10);
  return (await call('POST', '/patrols', { body: { date, building: '8', entrance: 1 } })).status;
};
async function readiness(): Promise<{ readonly status: number; readonly checks: Record<string, string> }> {
  const answer = await fetch(`http://127.0.0.1:${service.restPort}/health/readiness`);
  // What lib/http/health.ts answers.
  const { checks } = (await answer.json()) as { checks: Record<string, string> };
  return { status: answer.status, checks };
}

const ALL_WELL = {
  status: 200,
  checks: { database: 'ok', 'auth-service': 'ok', 'application-service': 'ok' },
};

test('a connection to auth-service that went silent costs the requests of one deadline, and the next is answered', async () => {
  expect(await list()).toBe(200);
  relays.auth.silence();
  expect(await Promise.all(Array.from({ length: 20 }, list))).toEqual(Array(20).fill(503));
  expect(await Promise.all(Array.from({ length: 20 }, list))).toEqual(Array(20).fill(200));
  expect(await readiness()).toEqual(ALL_WELL);
  expect(campus.logged).toContainEqual(
    expect.objectContaining({ level: 'WARNING', peer: 'auth-service', waited_ms: expect.any(Number) }),
  );
});

test('requests that come all the while are answered from the first failure on, and nobody waits for the silent connection', async () => {
  expect(await list()).toBe(200);
  relays.auth.silence();
  const asked: Promise<number>[] = [];
  let firstFailure = Number.POSITIVE_INFINITY;
  for (let tick = 0; tick < 100; tick += 1) {
    const isAfter = performance.now() > firstFailure + TIMEOUT_MS;
    const answer = list();
    asked.push(isAfter ? answer : Promise.resolve(0));
    void answer.then((status) => {
      if (status === 503) firstFailure = Math.min(firstFailure, performance.now());
    });
    await pause(30);
  }
  const after = (await Promise.all(asked)).filter((status) => status > 0);
  expect(after.length).toBeGreaterThan(10);
  expect(new Set(after)).toEqual(new Set([200]));
});

test('a connection to application-service that went silent costs one start, which leaves nothing behind', async () => {
  expect(await start()).toBe(201);
  relays.application.silence();
  expect(await start()).toBe(503);
  expect(await start()).toBe(201);
  expect((await call('GET', '/patrols')).body.total).toBe(2);
});

test('readiness asks over the connections that calls use: it says that both are silent, and mends them before anybody calls', async () => {
  expect(await start()).toBe(201);
  for (const relay of Object.values(relays)) relay.silence();
  expect(await readiness()).toEqual({
    status: 503,
    checks: { database: 'ok', 'auth-service': 'unavailable', 'application-service': 'unavailable' },
  });
  expect(await readiness()).toEqual(ALL_WELL);
  expect(await start()).toBe(201);
  const told = campus.logged.filter(({ check }) => check !== undefined);
  expect(told.map(({ level, check }) => `${level} ${check}`).toSorted()).toEqual([
    ...['INFO application-service', 'INFO auth-service'],
    ...['WARNING application-service', 'WARNING auth-service'],
  ]);
});

test('callers who leave before the deadline do not keep a silent connection alive', async () => {
  expect(await start()).toBe(201);
  relays.application.silence();
  const left = call('POST', '/patrols', {
    signal: AbortSignal.timeout(0.8 * TIMEOUT_MS),
    body: { date: '2024-01-01', building: '8', entrance: 1 },
  });
  await expect(left).rejects.toThrow();
  while (!campus.logged.some(({ peer, level }) => peer === 'application-service' && level === 'WARNING'))
    await pause(5);
  expect(await start()).toBe(201);
});

test('a method that is slow over a connection that answers others has it not replaced', async () => {
  expect(await start()).toBe(201);
  const answer = Promise.withResolvers<object>();
  // Nobody on the campus is named meanwhile, and tokens are confirmed.
  campus.auth.replace('GetUsers', () => answer.promise as Promise<never>);
  const slow = start();
  const others = [];
  for (let ask = 0; ask < 20; ask += 1) {
    others.push(await list());
    await pause(TIMEOUT_MS / 20);
  }
  expect(await slow).toBe(503);
  expect(new Set(others)).toEqual(new Set([200]));
  expect(campus.logged.filter(({ peer, level }) => peer !== undefined && level !== 'DEBUG')).toEqual([]);
  answer.resolve({});
});

test('a peer that hears calls and answers none is connected to anew once in a deadline at most, and never pinged', async () => {
  const sessions: ServerHttp2Session[] = [];
  let pings = 0;
  const mute = createHttp2Server().on('session', (session) => {
    sessions.push(session.on('ping', () => (pings += 1)).on('error', () => {}));
  });
  const port = await listening(mute);
  await service.stop();
  await open({ AUTH_GRPC_PORT: String(port) });
  const began = performance.now();
  while (performance.now() - began < 3 * TIMEOUT_MS) await Promise.all(Array.from({ length: 5 }, list));
  const deadlines = Math.ceil((performance.now() - began) / TIMEOUT_MS);
  expect(sessions.length).toBeGreaterThan(1);
  expect(sessions.length).toBeLessThanOrEqual(deadlines + 1);
  expect(pings).toBe(0);
  for (const session of sessions) session.destroy();
  mute.close();
});

test('a stop is not held up by a connection that went silent', async () => {
  expect(await start()).toBe(201);
  for (const relay of Object.values(relays)) relay.silence();
  expect(await list()).toBe(503);
  expect(await service.stop()).toBe(true);
});

test('a proxy that the environment names is not asked to reach a peer', async () => {
  let asked = 0;
  const proxy = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  const address = `http://127.0.0.1:${await listening(proxy)}`;
  const proxies = { http_proxy: address, grpc_proxy: address, https_proxy: address };
  Object.assign(process.env, proxies);
  try {
    await service.stop();
    await open({});
    expect(await start()).toBe(201);
    expect(asked).toBe(0);
  } finally {
    for (const name of Object.keys(proxies)) delete process.env[name];
    proxy.close();
  }
});

async function listening(server: Http2Server | ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  return (server.address() as AddressInfo).port;
}

test('of connections that were replaced none stays open, whatever the peer does with its end', async () => {
  const open = new Set<Socket>();
  const mute = createServer((socket) => {
    open.add(socket.resume().on('error', () => {}));
    socket.once('close', () => open.delete(socket));
  });
  const connection = openPeerConnection({
    ...{ peer: 'auth-service', address: { host: '127.0.0.1', port: await listening(mute) }, maxRetries: 0 },
    log: campus.surroundings.telemetry.log,
  });
  const bytes = { requestSerialize: () => Buffer.alloc(0), responseDeserialize: (answer: Buffer) => answer };
  for (let call = 0; call < 10; call += 1) {
    const limits = { until: Date.now() + 100, silenceMs: 50 };
    await expect(connection.call({ path: '/any/Method', ...bytes }, null, limits)).rejects.toThrow();
  }
  while (open.size > 1) await pause(5);
  connection.close();
  while (open.size > 0) await pause(5);
  mute.close();
});

test('a peer whose name leads to another machine is found there as soon as it is gone from the old one', async () => {
  const residents = settleCampus();
  const clock = () => campus.clock.now;
  const options = { residents, jwtSecret: SECRET, clock };
  const before = await startAuthStandIn({ ...options, port: 0, host: '127.0.0.2' });
  const after = await startAuthStandIn({ ...options, port: before.port, host: '127.0.0.3' });
  const leadsTo = { address: '127.0.0.2' };
  const lookup = jest
    .spyOn(dns, 'lookup')
    .mockImplementation((async () => [{ ...leadsTo, family: 4 }]) as never);
  try {
    await service.stop();
    await open({ AUTH_GRPC_HOST: 'auth.campus.example', AUTH_GRPC_PORT: String(before.port) });
    expect(await list()).toBe(200);
    await before.stop();
    expect(await list()).toBe(503);
    leadsTo.address = '127.0.0.3';
    // A test that is not over in its time fails.
    while ((await list()) !== 200);
  } finally {
    lookup.mockRestore();
    await Promise.all([before.stop(), after.stop()]);
  }
});
