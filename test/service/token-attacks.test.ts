import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { residentFor, stableUuid } from '../../infra/local/campus.ts';
import { bearerWith, EVENING, SECRET, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { AUTH_CACHE_SECONDS: '3600' } });
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});
afterEach(() => {
  campus.auth.restore();
  campus.clock.now = EVENING;
  expectNoTokens();
});

/** Of nothing that any test of this file sends is a token in the log. */
function expectNoTokens(): void {
  const text = JSON.stringify(campus.logged);
  expect(text).not.toContain('eyJ');
  expect(text).not.toContain('aaaaaaaaaa');
}

const now = Math.floor(EVENING.getTime() / 1000);
const educator = residentFor('educator');
const asked = () => campus.auth.calls.filter(({ method }) => method === 'ValidateToken').length;
const encoded = (part: string | object) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** A token signed by our secret, whatever its header says and its claims are. */
function signed(header: object, claims: string | object): string {
  const content = `${encoded({ typ: 'JWT', ...header })}.${encoded(claims)}`;
  return `Bearer ${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}

const good = { sub: educator.user_id, type: 'access', exp: now + 60 };
const acceptEverybody = (roles: string[] = ['educator']) =>
  campus.auth.replace('ValidateToken', async () => ({
    valid: true,
    user_id: educator.user_id,
    roles,
    building: '8',
    entrance: 1,
    floor: 1,
    room: '',
  }));

test.each<[string, string]>([
  ['RS256 claimed over our own signature: key confusion', signed({ alg: 'RS256' }, good)],
  ['alg in an odd case', signed({ alg: 'hs256' }, good)],
  ['no alg', signed({}, good)],
  ['a header that must be understood and is not', signed({ alg: 'HS256', crit: ['x'], x: 1 }, good)],
  ['claims that are not encoded', signed({ alg: 'HS256', b64: false, crit: ['b64'] }, good)],
  ['claims that are no object', signed({ alg: 'HS256' }, '[]')],
  ['exp of null', signed({ alg: 'HS256' }, { ...good, exp: null })],
  ['a negative exp', signed({ alg: 'HS256' }, { ...good, exp: -1 })],
  ['nbf that is no number', signed({ alg: 'HS256' }, { ...good, nbf: 'now' })],
  ['four parts', `${signed({ alg: 'HS256' }, good)}.x`],
  ['a signature cut short', signed({ alg: 'HS256' }, good).slice(0, -4)],
  ['ten kilobytes of nothing', `Bearer ${'a'.repeat(10_000)}`],
])('auth-service, which would accept anything, is not even asked: %s', async (_name, authorization) => {
  acceptEverybody();
  const before = asked();
  const answer = await call('GET', '/patrols', { authorization });
  expect([answer.status, answer.body.error.code]).toEqual([401, 'UNAUTHORIZED']);
  const overGrpc = await rpc.call('ListPatrols', {}, { metadata: { authorization } });
  expect([overGrpc.code, overGrpc.trailing['error-code']]).toEqual([16, 'UNAUTHORIZED']);
  expect(asked()).toBe(before);
});

const claimsOf = (length: number) => ({ ...good, jti: 'x'.repeat(length) });
const respelt = (authorization: string, spell: (signature: string) => string) => {
  const end = authorization.lastIndexOf('.') + 1;
  return authorization.slice(0, end) + spell(authorization.slice(end));
};
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextLetter = (letter: string) => ALPHABET[ALPHABET.indexOf(letter) + 1] ?? '';
/** A token whose signature has both letters that base64 writes otherwise. */
const withDashes = () => {
  for (let length = 0; ; length += 1) {
    const token = signed({ alg: 'HS256' }, claimsOf(length));
    if (/-.*_|_.*-/.test(token.slice(token.lastIndexOf('.')))) return token;
  }
};
/** Signed as it is written, by somebody who has the secret and pads, or ends on bits that mean nothing. */
const signedAsWritten = (header: string, claims: string) => {
  const content = `${header}.${claims}`;
  return `Bearer ${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
};
const HEADER = encoded({ alg: 'HS256' });

/** Each decodes, for a lax reader, to the very bytes that our secret signed. */
test.each<[string, string]>([
  ['one =', respelt(signed({ alg: 'HS256' }, good), (signature) => `${signature}=`)],
  ['many =', respelt(signed({ alg: 'HS256' }, good), (signature) => `${signature}====`)],
  [
    '= in the middle',
    respelt(signed({ alg: 'HS256' }, good), (text) => `${text.slice(0, 9)}=${text.slice(9)}`),
  ],
  [
    'the letters of plain base64',
    respelt(withDashes(), (text) => text.replaceAll('-', '+').replaceAll('_', '/')),
  ],
  [
    'another last letter of the same bytes',
    respelt(signed({ alg: 'HS256' }, good), (text) => text.slice(0, -1) + nextLetter(text.slice(-1))),
  ],
  ['an encoded sign', respelt(signed({ alg: 'HS256' }, good), (text) => `${text}%3D`)],
  ['a comma', respelt(signed({ alg: 'HS256' }, good), (text) => `${text},`)],
  ['a space that is none of ASCII', respelt(signed({ alg: 'HS256' }, good), (text) => `${text}\u00a0`)],
  ['a padded header that was signed so', signedAsWritten(`${encoded('{"alg":"HS256" }')}==`, encoded(good))],
  ['padded claims that were signed so', signedAsWritten(HEADER, `${encoded(good)}=`)],
  ['a part of a length that no bytes have', signedAsWritten(HEADER, `${encoded(good)}A`.padEnd(201, 'A'))],
])('a token has one spelling, and the others are refused: %s', async (_name, authorization) => {
  acceptEverybody();
  const before = asked();
  const answer = await call('GET', '/patrols', { authorization });
  expect([answer.status, answer.body.error.code]).toEqual([401, 'UNAUTHORIZED']);
  const reason = campus.logged.findLast(({ msg }) => msg === 'request')?.reason;
  expect(['not a signed JWT', 'not one token after Bearer']).toContain(reason);
  expect(asked()).toBe(before);
});

test('keys that a token brings along or points to are not looked at', async () => {
  const header = {
    alg: 'HS256',
    kid: '../../dev/null',
    jku: 'http://127.0.0.1:1/',
    jwk: { kty: 'oct', k: 'eA' },
  };
  expect((await call('GET', '/patrols', { authorization: signed(header, good) })).status).toBe(200);
});

test.each([253_402_300_799, 2 ** 53, 1e300, now + 0.0015, now + 60.123_456])(
  'an exp of %d, however far or fine, is served and breaks nothing',
  async (exp) => {
    acceptEverybody();
    const authorization = signed({ alg: 'HS256' }, `{"sub":"x","type":"access","exp":${exp}}`);
    for (const _time of [1, 2]) expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
  },
);

test('neither verdict outlives the token: past its exp it is refused, and nobody is asked', async () => {
  const authorization = await bearerWith({ exp: now + 60 });
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
  acceptEverybody();
  const before = asked();
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
  campus.clock.now = new Date((now + 60) * 1000);
  expect((await call('GET', '/patrols', { authorization })).status).toBe(401);
  expect(asked()).toBe(before);
});

test('a token of eight kilobytes is a token; one that no header can hold is refused, and the next request served', async () => {
  acceptEverybody();
  const large = await bearerWith({ more: 'x'.repeat(6000) });
  expect((await call('GET', '/patrols', { authorization: large })).status).toBe(200);
  const huge = await call('GET', '/patrols', { authorization: `Bearer ${'x'.repeat(100_000)}` });
  expect([huge.status, huge.body.error.code]).toEqual([431, 'VALIDATION_ERROR']);
  expect((await call('GET', '/patrols')).status).toBe(200);
});

test('of a thousand roles those count that the campus has', async () => {
  const many = Array.from({ length: 1000 }, (_, number) => `role_${number}`);
  acceptEverybody([...many, 'Admin', 'ADMIN ', '__proto__']);
  const authorization = await bearerWith({ jti: 'roles' });
  expect((await call('GET', '/patrols', { authorization })).status).toBe(403);
  acceptEverybody([...many, 'educator']);
  const other = await bearerWith({ jti: 'more roles' });
  expect((await call('GET', '/patrols', { authorization: other })).status).toBe(200);
});

test("auth-service's word is who calls, whatever the token's sub and the metadata say", async () => {
  acceptEverybody();
  const authorization = await bearerWith({ sub: stableUuid('somebody else'), roles: ['admin'] });
  const metadata = { authorization, 'x-user-id': residentFor('admin').user_id, 'x-user-roles': 'admin' };
  const place = { date: '2025-11-30', building: '8', entrance: 4 };
  const { message } = await rpc.call('CreatePatrol', place, { metadata });
  expect(message.patrol_by).toBe(educator.user_id);
  const audit = await rpc.call('GetPatrolAudit', { patrol_id: message.patrol_id }, { metadata });
  expect(audit.trailing['error-code']).toBe('FORBIDDEN');
});

test('no token is in the log, good, bad or huge', async () => {
  campus.logged.length = 0;
  const huge = [10_000, 100_000].map((length) => `Bearer ${'a'.repeat(length)}`);
  const tokens = [await bearerWith({ jti: 'logged' }), signed({ alg: 'RS256' }, good), ...huge];
  for (let round = 0; round < 10; round += 1)
    await Promise.all(tokens.map((authorization) => call('GET', '/patrols', { authorization })));
  expect(campus.logged.length).toBeGreaterThan(30);
  expectNoTokens();
});
