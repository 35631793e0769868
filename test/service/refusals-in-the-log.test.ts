import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { bearer, bearerWith, NOBODY, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let rest: RestClient;
let rpc: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_MAX_RETRIES: '0' } });
  rest = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});
beforeEach(() => {
  campus.logged.length = 0;
  campus.auth.restore();
});

const educator = residentFor('educator').user_id;
const lines = () =>
  campus.logged
    .filter(({ msg }) => msg === 'request')
    .map(({ error_code, reason, user_id }) => ({ error_code, reason, user_id }));

/** The same on both transports: what a token meets, and what the line says of it. */
async function refused(authorization: string | null, expected: object): Promise<void> {
  await rest('GET', '/patrols', { authorization });
  await rpc.call('ListPatrols', {}, { metadata: authorization === null ? {} : { authorization } });
  expect(lines()).toEqual([expected, expected]);
}

const unauthorized = (reason: string, user_id: string | null = null) => ({
  ...{ error_code: 'UNAUTHORIZED', reason, user_id },
});

test('a token signed with another secret: the signature is at fault', async () => {
  await refused(
    await bearerWith({}, 'another secret'),
    unauthorized('signature does not match JWT_SECRET_KEY'),
  );
});

test('an expired token, a refresh token, none, and what is none', async () => {
  await refused(await bearerWith({ exp: 1 }), unauthorized('expired'));
  campus.logged.length = 0;
  await refused(await bearerWith({ type: 'refresh' }), unauthorized('a refresh token'));
  campus.logged.length = 0;
  await refused(null, unauthorized('no token'));
  campus.logged.length = 0;
  await refused('Bearer x.y.z', unauthorized('not a signed JWT'));
});

test('a token that auth-service does not like: it is known whose it claims to be', async () => {
  campus.auth.replace('ValidateToken', async () => ({ valid: false }));
  await refused(await bearer('educator'), unauthorized('auth-service said valid: false', educator));
});

test('auth-service out of reach: the line says whose token could not be confirmed', async () => {
  campus.auth.replace('ValidateToken', async () => Promise.reject(statusError(14)));
  await refused(await bearer('educator'), {
    error_code: 'SERVICE_UNAVAILABLE',
    reason: 'auth-service failed /campus.auth.AuthService/ValidateToken: UNAVAILABLE',
    user_id: educator,
  });
});

test('faults are named by their fields, and never with a value', async () => {
  await rest('POST', '/patrols', {
    body: { date: 'secret-value', building: 'secret-value', entrance: 1, 'secret-value': 1 },
  });
  expect(lines()).toEqual([
    {
      error_code: 'VALIDATION_ERROR',
      reason: 'invalid fields: an unknown field, date, building',
      user_id: educator,
    },
  ]);
  await rest('GET', '/nowhere?secret-value=1');
  await rest('GET', `/patrols/${NOBODY}`);
  await rest('GET', '/patrols', { authorization: await bearer('student') });
  await rest('POST', '/patrols', { raw: 'x', headers: { 'content-type': 'text/secret-value' } });
  expect(lines().slice(1)).toMatchObject([
    { error_code: 'NOT_FOUND', reason: 'no such route' },
    { error_code: 'PATROL_NOT_FOUND', reason: `no patrol ${NOBODY} within reach` },
    { error_code: 'FORBIDDEN', reason: 'ListPatrols is not for student' },
    { error_code: 'UNSUPPORTED_MEDIA_TYPE', reason: 'the body is not JSON by its type' },
  ]);
  expect(JSON.stringify(campus.logged)).not.toContain('secret-value');
});

test('what is served has neither a code nor a reason', async () => {
  await rest('GET', '/patrols');
  await rpc.call('ListPatrols', {});
  expect(lines()).toEqual(Array(2).fill({ error_code: undefined, reason: undefined, user_id: educator }));
});
