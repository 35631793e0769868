import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bearerWith, EVENING, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpcs: GrpcClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  rpcs = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpcs.close();
  await campus.close();
});
afterEach(() => campus.auth.restore());

const MISSING = ['Bearer', 'Требуется вход: в запросе нет токена'];
const EXPIRED = [
  'Bearer error="invalid_token", error_description="The access token expired"',
  'Срок действия токена истёк: обновите его или войдите снова',
];
const REFUSED = [
  'Bearer error="invalid_token", error_description="The access token is not accepted"',
  'Токен не принят: войдите снова',
];
const now = Math.floor(EVENING.getTime() / 1000);

test.each<[string, readonly string[], () => string | null | Promise<string>]>([
  ['no token', MISSING, () => null],
  ['another scheme', MISSING, () => 'Basic dXNlcjpwYXNz'],
  ['expired this second', EXPIRED, () => bearerWith({ exp: now })],
  ['expired an hour ago', EXPIRED, () => bearerWith({ exp: now - 3600 })],
  ['expired, and signed by another', REFUSED, () => bearerWith({ exp: now - 3600 }, 'anothersecret!')],
  ['a refresh token', REFUSED, () => bearerWith({ type: 'refresh' })],
  ['not a token', REFUSED, () => 'Bearer nonsense'],
  ['two tokens', REFUSED, () => 'Bearer one two'],
])('an app learns whether to renew its token, over REST and gRPC alike: %s', async (_name, told, token) => {
  const authorization = await token();
  const answer = await call('GET', '/patrols', { authorization });
  expect([answer.headers.get('www-authenticate'), answer.body.error.message]).toEqual(told);
  const metadata = authorization === null ? {} : { authorization };
  const { trailing, details } = await rpcs.call('ListPatrols', {}, { metadata });
  expect([trailing['www-authenticate'], details]).toEqual(told);
});

test('a token that auth-service does not accept is not called expired', async () => {
  campus.auth.replace('ValidateToken', async () => ({ valid: false }));
  const { headers, body } = await call('GET', '/patrols');
  expect([headers.get('www-authenticate'), body.error.message]).toEqual(REFUSED);
});

test('an address that cannot be decoded is told as what it is', async () => {
  const answer = await call('GET', '/patrols/%zz');
  expect([answer.status, answer.body.error.details]).toEqual([
    400,
    [{ field: 'url', message: 'Адрес запроса не удалось прочитать' }],
  ]);
});
