import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';
import { restClient } from '../rest-client.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

async function serviceOfFour(environment: Record<string, string> = {}) {
  const campus = await startTestService({ environment: { MAX_CONNECTIONS: '4', ...environment } });
  closing.push(() => campus.close());
  return campus;
}

/** A connection from an address of this machine that says nothing. */
async function silent(
  { service }: { service: { restPort: number } },
  localAddress = '127.0.0.1',
): Promise<Socket> {
  const host = localAddress === '::1' ? '::1' : '127.0.0.1';
  const socket = connect({ port: service.restPort, host, localAddress });
  closing.push(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Asks for a page on a connection of its own. */
async function status(
  port: number,
  path: string,
  { from = '127.0.0.1', headers = {} } = {},
): Promise<number> {
  const host = from === '::1' ? '::1' : '127.0.0.1';
  const asked = request({ port, host, path, localAddress: from, agent: false, headers });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode;
}

/** Makes auth-service take no token, and hold each answer until it is released; `held` resolves with the first call. */
function holdTokens({ auth }: Pick<Awaited<ReturnType<typeof serviceOfFour>>, 'auth'>) {
  const gate = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  auth.replace('ValidateToken', async () => {
    held.resolve();
    await gate.promise;
    return { valid: false };
  });
  return { held: held.promise, release: gate.resolve };
}

test('an address that holds its share makes room with its own oldest silent connection, and not with another', async () => {
  const campus = await serviceOfFour();
  const other = await silent(campus, '127.0.0.2');
  const first = await silent(campus);
  const second = await silent(campus);
  const third = silent(campus);
  await once(first, 'close');
  await third;
  expect([other.destroyed, second.destroyed]).toEqual([false, false]);
});

test('when all places are taken the oldest connection that waits for its caller makes room', async () => {
  const campus = await serviceOfFour({ MAX_SHARE_OF_ADDRESS: '1' });
  const oldest = await silent(campus, '127.0.0.2');
  for (let count = 0; count < 3; count += 1) await silent(campus);
  const closed = once(oldest, 'close');
  expect(await status(campus.service.restPort, '/health/liveness')).toBe(200);
  await closed;
});

test('whoever comes while all places are taken is not put out by who comes next, before they have spoken', async () => {
  const campus = await serviceOfFour({ MAX_SHARE_OF_ADDRESS: '1' });
  const { restPort } = campus.service;
  // They have asked, and stay.
  for (let count = 0; count < 4; count += 1) {
    const asked = await silent(campus, '127.0.0.2');
    asked.write('GET /health/liveness HTTP/1.1\r\nHost: campus\r\n\r\n');
    await once(asked, 'data');
  }
  const newcomer = await silent(campus);
  expect(await status(restPort, '/health/liveness')).toBe(200);
  newcomer.write('GET /health/liveness HTTP/1.1\r\nHost: campus\r\n\r\n');
  const [answer] = await once(newcomer, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
});

test('while every connection is being served probes are answered, and others are told to come again', async () => {
  const campus = await serviceOfFour({ MAX_SHARE_OF_ADDRESS: '1' });
  const { restPort } = campus.service;
  const gate = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let asked = 0;
  campus.auth.replace('GetUsers', async () => {
    asked += 1;
    if (asked === 4) full.resolve();
    await gate.promise;
    return { users: [], total: 0, page: 1, size: 100, pages: 0 };
  });
  const call = await restClient(campus.url);
  const starts = [1, 2, 3, 4].map((day) =>
    call('POST', '/patrols', { body: { date: `2024-01-0${day}`, building: '8', entrance: 1 } }),
  );
  await full.promise;
  for (const path of ['/health/liveness', '/health/readiness', '/metrics'])
    expect([path, await status(restPort, path)]).toEqual([path, 200]);
  expect(await status(restPort, '/openapi.json')).toBe(503);
  expect(await status(restPort, '/api/v1/patrols')).toBe(503);
  gate.resolve();
  expect((await Promise.all(starts)).map((answer) => answer.status)).toEqual([201, 201, 201, 201]);
});

test('what is behind a trusted proxy is told apart by X-Forwarded-For, and holds a share each', async () => {
  const campus = await serviceOfFour({ TRUSTED_PROXIES: '127.0.0.0/24', MAX_SHARE_OF_ADDRESS: '0.25' });
  const { restPort } = campus.service;
  const { held, release } = holdTokens(campus);
  const call = await restClient(campus.url);
  const first = call('GET', '/patrols', { headers: { 'x-forwarded-for': '192.0.2.1' } });
  await held;
  const from = (address: string) => status(restPort, '/docs', { headers: { 'x-forwarded-for': address } });
  expect(await from('192.0.2.1')).toBe(503);
  // A proxy adds whom it saw at the end; what was there before is only said.
  expect(await from('192.0.2.9, 192.0.2.1')).toBe(503);
  expect(await from('192.0.2.2')).not.toBe(503);
  release();
  expect((await first).status).toBe(401);
  expect(await from('192.0.2.1')).not.toBe(503);
});

test('who comes by IPv6 has a share of their own, apart from who comes by IPv4', async () => {
  const campus = await serviceOfFour();
  const other = await silent(campus);
  const first = await silent(campus, '::1');
  const second = await silent(campus, '::1');
  const third = silent(campus, '::1');
  await once(first, 'close');
  await third;
  expect([other.destroyed, second.destroyed]).toEqual([false, false]);
});

test('behind a proxy at an address of IPv6 the addresses of one network of 64 bits hold one share, however written', async () => {
  const campus = await serviceOfFour({ TRUSTED_PROXIES: '::1', MAX_SHARE_OF_ADDRESS: '0.25' });
  const { restPort } = campus.service;
  const { held, release } = holdTokens(campus);
  const from = (address: string, path = '/docs', more = {}) =>
    status(restPort, path, { from: '::1', headers: { 'x-forwarded-for': address, ...more } });
  const first = from('2001:db8:1:2::1', '/api/v1/patrols', { authorization: await bearer('educator') });
  await held;
  expect(await from('2001:db8:1:2:ffff::9')).toBe(503);
  expect(await from('2001:0DB8:1:2::1')).toBe(503);
  expect(await from('2001:db8:1:3::1')).not.toBe(503);
  expect(await from('192.0.2.1')).not.toBe(503);
  release();
  expect(await first).toBe(401);
});

test('what nobody trusted says in X-Forwarded-For counts for nothing', async () => {
  const campus = await serviceOfFour();
  const first = await silent(campus);
  const second = await silent(campus);
  const closed = once(first, 'close');
  const headers = { 'x-forwarded-for': '192.0.2.1' };
  expect(await status(campus.service.restPort, '/health/liveness', { headers })).toBe(200);
  await closed;
  expect(second.destroyed).toBe(false);
});
