import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { settleCampus } from '../../infra/local/campus.ts';
import { startLocalCampus } from '../../infra/local/local-campus.ts';
import { startLokiStandIn } from '../../infra/local/loki-stand-in.ts';
import { startService } from '../../lib/service.ts';
import { cloneTemplate, EVENING, openTestCampus, SECRET, startTestService } from '../campus.ts';
import { grpcClient } from '../grpc-client.ts';
import { restClient } from '../rest-client.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

async function serviceWith(environment: Record<string, string>) {
  const campus = await startTestService({ environment });
  closing.push(() => campus.close());
  return campus;
}

/** Which of the loopback's addresses each port answers at. */
async function answering({ service }: { readonly service: { restPort: number; grpcPort: number } }) {
  const found = { rest: [] as string[], grpc: [] as string[] };
  for (const host of ['127.0.0.1', '[::1]']) {
    const rest = await fetch(`http://${host}:${service.restPort}/health/liveness`).catch(() => undefined);
    if (rest?.status === 200) found.rest.push(host);
    const client = await grpcClient(service.grpcPort, host);
    const { code } = await client.call('ListPatrols', {});
    if (code === grpc.status.OK) found.grpc.push(host);
    client.close();
  }
  return found;
}

describe('both ports are opened', () => {
  const both = ['127.0.0.1', '[::1]'];
  test.each<[string, Record<string, string>, string[]]>([
    ['for IPv4 and IPv6 where nothing is said', {}, both],
    ['for IPv4 and IPv6 at HOST=::', { HOST: '::' }, both],
    ['for all of IPv4 at HOST=0.0.0.0', { HOST: '0.0.0.0' }, ['127.0.0.1']],
    ['at HOST=127.0.0.1 alone', { HOST: '127.0.0.1' }, ['127.0.0.1']],
    ['at HOST=::1 alone', { HOST: '::1' }, ['[::1]']],
    ['at HOST=[::1], as URLs have it', { HOST: '[::1]' }, ['[::1]']],
  ])('%s', async (_what, environment, hosts) => {
    expect(await answering(await serviceWith(environment))).toEqual({ rest: hosts, grpc: hosts });
  });

  test('at HOST=localhost, whatever addresses that has here', async () => {
    const { rest, grpc: rpc } = await answering(await serviceWith({ HOST: 'localhost' }));
    expect(rest).toContain('127.0.0.1');
    expect(rpc).toEqual(rest);
  });
});

test.each(['nowhere.invalid', '192.0.2.1', '2001:db8::1', 'fe80::1'])(
  'HOST=%s, which is none of this machine, is answered with one sentence',
  async (HOST) => {
    const campus = await openTestCampus({ environment: { HOST } });
    closing.push(() => campus.close());
    await expect(startService(campus.config, campus.surroundings)).rejects.toMatchObject({
      name: 'ConfigError',
      message: `HOST is no name or address of this machine: "${HOST}".`,
    });
  },
);

describe('two services never share a port', () => {
  /** Somebody else's server, at one address of one family. */
  async function taken(host: string): Promise<string> {
    const other = createServer().listen({ host, port: 0, ipv6Only: true });
    await once(other, 'listening');
    closing.push(() => other.close());
    // The address of a server that listens on TCP.
    return String((other.address() as AddressInfo).port);
  }

  test.each(
    ['REST_PORT', 'GRPC_PORT'].flatMap((variable) =>
      ['127.0.0.1', '0.0.0.0', '::1', '::'].map((host) => [variable, host] as const),
    ),
  )('a %s that is taken at %s alone is answered with one sentence', async (variable, host) => {
    const port = await taken(host);
    const campus = await openTestCampus({ environment: { [variable]: port } });
    closing.push(() => campus.close());
    await expect(startService(campus.config, campus.surroundings)).rejects.toMatchObject({
      name: 'ConfigError',
      message: `Port ${port} is in use; set ${variable} to another one.`,
    });
  });

  test.each(['127.0.0.1', '::1'])('`npm start` finds a port that is taken at %s alone', async (host) => {
    const port = await taken(host);
    const free = { LOCAL_POSTGRES_PORT: '0', AUTH_GRPC_PORT: '0', APPLICATION_GRPC_PORT: '0' };
    const environment = { ...free, REST_PORT: port, GRPC_PORT: '0' };
    await expect(startLocalCampus(environment, () => {}, [])).rejects.toThrow(
      `${port}, wanted by patrol-service: set REST_PORT`,
    );
  });
});

const HEALTH_CHECK = fileURLToPath(new URL('../../lib/bin/health-check.sh', import.meta.url));

test.each(['', '127.0.0.1', '0.0.0.0', '::', '::1', '[::1]', 'localhost'])(
  'the container’s health check finds a service with HOST=%s',
  async (HOST) => {
    const { service } = await serviceWith({ HOST });
    const env = { HOST, REST_PORT: String(service.restPort) };
    const check = spawn(HEALTH_CHECK, { env, stdio: 'inherit' });
    expect(await once(check, 'exit')).toEqual([0, null]);
  },
);

test.each([
  ['says 503', (socket: Socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'), 'HTTP/1.1 503'],
  ['hangs up', (socket: Socket) => socket.end(), 'no answer'],
  ['says nothing', () => {}, 'no answer'],
])('the container’s health check fails and says why when whoever listens %s', async (_what, serve, why) => {
  // The check may go before it has read everything.
  const server = createServer((socket) => serve(socket.on('error', () => {}))).listen({
    host: '127.0.0.1',
    port: 0,
  });
  await once(server, 'listening');
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const env = { REST_PORT: String(port) };
  await expect(promisify(execFile)(HEALTH_CHECK, { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(why),
  });
});

test.each(['::1', '[::1]'])('a peer at AUTH_GRPC_HOST=%s is called, and asked by readiness', async (host) => {
  const auth = await startAuthStandIn({
    ...{ port: 0, host: '::1', residents: settleCampus() },
    ...{ jwtSecret: SECRET, clock: () => EVENING },
  });
  closing.push(() => auth.stop());
  const campus = await serviceWith({ AUTH_GRPC_HOST: host, AUTH_GRPC_PORT: String(auth.port) });
  const call = await restClient(campus.url);
  expect((await call('GET', '/patrols')).status).toBe(200);
  expect(auth.calls.map(({ method }) => method)).toContain('ValidateToken');
  expect((await fetch(`${campus.url}/health/readiness`)).status).toBe(200);
});

/** Leads what comes to an address of IPv6 alone on to a port of IPv4's loopback. @returns its port there. */
async function ledOn(target: number): Promise<number> {
  const relay = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  }).listen({ host: '::1', port: 0 });
  await once(relay, 'listening');
  closing.push(() => relay.close());
  // The address of a server that listens on TCP.
  return (relay.address() as AddressInfo).port;
}

test('PostgreSQL and Loki are reached at addresses of IPv6, as URLs have them', async () => {
  const databaseUrl = new URL(await cloneTemplate());
  databaseUrl.host = `[::1]:${await ledOn(Number(databaseUrl.port))}`;
  const loki = await startLokiStandIn();
  closing.push(() => loki.stop());
  const LOKI_URL = `http://[::1]:${await ledOn(loki.port)}`;
  const campus = await serviceWith({ DATABASE_URL: databaseUrl.href, LOKI_URL });
  expect((await (await restClient(campus.url))('GET', '/patrols')).status).toBe(200);
  await campus.surroundings.telemetry.flush();
  expect(loki.texts()).not.toEqual([]);
});
