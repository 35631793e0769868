import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { bearerWith, EVENING, SECRET, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '1' } });
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
afterEach(() => {
  campus.auth.restore();
  campus.clock.now = EVENING;
});

const now = Math.floor(EVENING.getTime() / 1000);
const asked = () => campus.auth.calls.filter(({ method }) => method === 'ValidateToken').length;
const unsigned = (header: object, claims: object) =>
  `Bearer ${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

test.each<[string, () => string | null | Promise<string>]>([
  ['no token', () => null],
  ['no scheme', async () => (await bearerWith({})).slice('Bearer '.length)],
  ['another scheme', async () => (await bearerWith({})).replace('Bearer', 'Basic')],
  ['not a token', () => 'Bearer nonsense'],
  ['another secret', () => bearerWith({}, 'anothersecret!')],
  ['expired a second ago', () => bearerWith({ exp: now - 1 })],
  ['expiring this second', () => bearerWith({ exp: now })],
  ['no exp', () => bearerWith({ exp: undefined })],
  ['exp that is no number', () => bearerWith({ exp: 'tomorrow' })],
  ['not valid for longer than clocks differ', () => bearerWith({ nbf: now + 31 })],
  ['a refresh token', () => bearerWith({ type: 'refresh' })],
  ['alg none', () => unsigned({ alg: 'none' }, { sub: 'x', exp: now + 60 })],
  [
    'alg HS512 claimed',
    async () => {
      const [, claims, signature] = (await bearerWith({})).split('.');
      return `Bearer ${Buffer.from('{"alg":"HS512"}').toString('base64url')}.${claims}.${signature}`;
    },
  ],
  ['signed as HS384, properly and with our secret', () => bearerWith({}, SECRET, 'HS384')],
  ['signed as HS512, properly and with our secret', () => bearerWith({}, SECRET, 'HS512')],
  [
    'tampered claims',
    async () => {
      const [header, , signature] = (await bearerWith({})).split('.');
      const claims = Buffer.from(JSON.stringify({ sub: 'x', roles: ['admin'], exp: now + 60 })).toString(
        'base64url',
      );
      return `${header}.${claims}.${signature}`;
    },
  ],
])('refused without a call to auth-service: %s', async (_name, token) => {
  const answer = await call('GET', '/patrols', { authorization: await token() });
  expect([answer.status, answer.body.error.code]).toEqual([401, 'UNAUTHORIZED']);
  expect(asked()).toBe(0);
});

test('a token whose issuer’s clock is some seconds ahead is let through, for auth-service to judge', async () => {
  const { user_id } = residentFor('educator');
  campus.auth.replace('ValidateToken', async () => ({ valid: true, user_id, roles: ['educator'] }));
  const authorization = await bearerWith({ nbf: now + 29, iat: now + 29 });
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
});

test('the scheme is read in any case, as HTTP has it', async () => {
  const token = await bearerWith({});
  expect((await call('GET', '/patrols', { authorization: token.replace('Bearer', 'bearer') })).status).toBe(
    200,
  );
});

test('auth-service is asked on every request, and its word counts, not the token’s', async () => {
  const authorization = await bearerWith({ roles: ['admin'] });
  for (const expected of [200, 200])
    expect((await call('GET', '/patrols', { authorization })).status).toBe(expected);
  expect(asked()).toBe(2);
  const { user_id } = residentFor('student');
  campus.auth.replace('ValidateToken', async () => ({ valid: true, user_id, roles: ['student'] }));
  expect((await call('GET', '/patrols', { authorization })).status).toBe(403);
  campus.auth.replace('ValidateToken', async () => ({ valid: false }));
  expect((await call('GET', '/patrols', { authorization })).status).toBe(401);
});

test('requests at once with one token share one answer, and the next one asks again', async () => {
  const { user_id } = residentFor('educator');
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  campus.auth.replace('ValidateToken', async () => {
    arrive();
    await hold;
    return { valid: true, user_id, roles: ['educator'] };
  });
  const answers = Promise.all(Array.from({ length: 10 }, () => call('GET', '/patrols')));
  await arrived;
  release();
  expect((await answers).map(({ status }) => status)).toEqual(Array(10).fill(200));
  const shared = asked();
  expect(shared).toBeLessThan(10);
  await call('GET', '/patrols');
  expect(asked()).toBe(shared + 1);
});

test.each<[string, () => Promise<never>]>([
  ['out of reach', async () => Promise.reject(statusError(grpc.status.UNAVAILABLE))],
  ['failing', async () => Promise.reject(statusError(grpc.status.INTERNAL))],
  ['silent', () => new Promise(() => {})],
])('nobody gets in on the local check alone: auth-service %s', async (_name, fault) => {
  campus.auth.replace('ValidateToken', fault);
  expect((await call('GET', '/patrols')).body.error.code).toBe('SERVICE_UNAVAILABLE');
});

test('an answer that names nobody is no answer', async () => {
  campus.auth.replace('ValidateToken', async () => ({ valid: true, user_id: 'ivanov', roles: ['admin'] }));
  expect((await call('GET', '/patrols')).body.error.code).toBe('SERVICE_UNAVAILABLE');
});

test('a good local verdict is not kept past exp', async () => {
  const authorization = await bearerWith({ exp: now + 60 });
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
  campus.clock.now = new Date((now + 60) * 1000);
  expect((await call('GET', '/patrols', { authorization })).status).toBe(401);
});

test('a positive answer that was taken back is not good again when the clock is set back', async () => {
  const caching = await startTestService({ environment: { AUTH_CACHE_SECONDS: '30' } });
  try {
    const ask = await restClient(caching.url);
    expect((await ask('GET', '/patrols')).status).toBe(200);
    caching.clock.now = new Date(EVENING.getTime() + 31_000);
    caching.auth.replace('ValidateToken', async () => ({ valid: false }));
    expect((await ask('GET', '/patrols')).status).toBe(401);
    caching.clock.now = EVENING;
    expect((await ask('GET', '/patrols')).status).toBe(401);
  } finally {
    await caching.close();
  }
});

test('AUTH_CACHE_SECONDS lets a positive answer be reused that long at most, and a negative one never', async () => {
  const caching = await startTestService({ environment: { AUTH_CACHE_SECONDS: '30' } });
  try {
    const ask = await restClient(caching.url);
    caching.auth.replace('ValidateToken', async () => ({ valid: false }));
    expect((await ask('GET', '/patrols')).status).toBe(401);
    caching.auth.restore();
    for (const seconds of [0, 15, 29.999]) {
      caching.clock.now = new Date(EVENING.getTime() + seconds * 1000);
      expect((await ask('GET', '/patrols')).status).toBe(200);
    }
    expect(caching.auth.calls).toHaveLength(1);
    caching.clock.now = new Date(EVENING.getTime() + 30_000);
    expect((await ask('GET', '/patrols')).status).toBe(200);
    expect(caching.auth.calls).toHaveLength(2);
  } finally {
    await caching.close();
  }
});

test('no token is ever logged', async () => {
  const authorization = await bearerWith({});
  await call('GET', '/patrols', { authorization });
  await call('GET', `/patrols/${authorization.slice(0, 7)}`, { authorization: `${authorization}x` });
  expect(JSON.stringify(campus.logged)).not.toContain(authorization.split('.')[2]);
});
