import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { operations } from '../../handlers/index.ts';
import { eventOf } from '../../infra/lambda/events.ts';
import { createLambdaHost, type LambdaHandler } from '../../lib/lambda/host.ts';
import { openContext } from '../../lib/open-context.ts';
import { bearer, startTestService } from '../campus.ts';
import { INVOCATION } from '../lambda-invocation.ts';
import { sayRaw } from '../raw-rest.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let opened: Awaited<ReturnType<typeof openContext>>;
let handler: LambdaHandler;
let authorization: string;
/** What was written past the log, as the adapter and Lambda's own client do. */
const consoleError = jest.spyOn(console, 'error').mockImplementation(() => {});

beforeAll(async () => {
  campus = await startTestService();
  opened = await openContext(campus.config, campus.surroundings);
  await opened.opened;
  handler = await createLambdaHost({ ...opened, operations, flush: async () => {} });
  authorization = await bearer('educator');
});
afterAll(async () => {
  consoleError.mockRestore();
  await opened.close();
  await campus.close();
});
beforeEach(() => {
  campus.logged.length = 0;
  consoleError.mockClear();
});

const ids = { 'x-trace-id': 'odd-1', 'x-correlation-id': 'odd-2' };

/** An event of a good request, and what is odd about this one. */
function oddly({ method = 'POST', ...odd }: Record<string, unknown> & { method?: string }) {
  const event = eventOf({ method, url: '/api/v1/patrols', headers: { authorization, ...ids }, body: '{}' });
  return { ...event, ...odd };
}

const lines = () => campus.logged.filter(({ status_code }) => status_code !== undefined);

/** Expects an answer in the one shape, under ids of its own or the caller's, with one line, and nothing besides. */
async function expectRefusal(event: unknown, statusCode: number, code: string) {
  const answer = await handler(event, INVOCATION);
  const trace_id = answer.headers['x-trace-id'];
  expect([answer.statusCode, JSON.parse(answer.body).error]).toMatchObject([statusCode, { code, trace_id }]);
  expect(answer.headers).toMatchObject({
    'x-correlation-id': expect.any(String),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(answer.body)),
    'cache-control': 'no-store',
  });
  expect(lines()).toMatchObject([{ status_code: statusCode, error_code: code, trace_id }]);
  expect(consoleError).not.toHaveBeenCalled();
  return answer;
}

test.each(['FOO', '', 'get', 'GET\r\n', 'CONNECT', 'PROPFIND', '__proto__'])(
  'a method that no route has is 405, with what is allowed: "%s"',
  async (method) => {
    const { headers } = await expectRefusal(oddly({ method }), 405, 'METHOD_NOT_ALLOWED');
    expect(headers).toMatchObject({ ...ids, allow: 'GET, POST, HEAD' });
    campus.logged.length = 0;
    await expectRefusal(oddly({ method, rawPath: '/nothing' }), 404, 'NOT_FOUND');
  },
);

test.each<[string, unknown]>([
  ['headers', 'authorization: x'],
  ['headers', [['authorization', 'x']]],
  ['headers', 7],
  ['headers', { authorization: 5 }],
  ['headers', { 'x-trace-id': { a: 1 } }],
  ['headers', { authorization: ['Bearer x'] }],
  ['cookies', 'a=b'],
  ['cookies', { a: 1 }],
  ['cookies', [1]],
  ['body', { date: '2025-12-01' }],
  ['body', 7],
  ['body', []],
  ['isBase64Encoded', 'true'],
  ['rawQueryString', 5],
])('%s of a wrong type is a fault of its own: %j', async (field, value) => {
  const { body } = await expectRefusal(oddly({ [field]: value }), 400, 'VALIDATION_ERROR');
  expect(JSON.parse(body).error.details).toEqual([{ field, message: 'Запрос не удалось прочитать' }]);
});

test('all that is wrong with an event is told at once, under the ids that could be read', async () => {
  const event = oddly({ cookies: 'a=b', body: 7, isBase64Encoded: 1 });
  const { headers, body } = await expectRefusal(event, 400, 'VALIDATION_ERROR');
  expect(headers).toMatchObject(ids);
  expect(JSON.parse(body).error.details.map(({ field }: { field: string }) => field)).toEqual([
    'cookies',
    'body',
    'isBase64Encoded',
  ]);
  expect(lines()).toMatchObject([{ method: 'POST', path: '/api/v1/patrols', ...{ trace_id: 'odd-1' } }]);
});

test('what an event leaves out is nothing that was sent', async () => {
  const health = { version: '2.0', rawPath: '/health/liveness', requestContext: { http: { method: 'GET' } } };
  const nothing = { headers: null, cookies: null, body: null, rawQueryString: null, isBase64Encoded: null };
  for (const event of [health, { ...health, ...nothing }])
    expect(await handler(event, INVOCATION)).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
});

test('of an Authorization that is spelt in two ways none counts', async () => {
  const headers = { Authorization: authorization, authorization: 'Bearer x', ...ids };
  await expectRefusal(oddly({ headers }), 401, 'UNAUTHORIZED');
  campus.logged.length = 0;
  const turned = { authorization: 'Bearer x', Authorization: authorization, ...ids };
  await expectRefusal(oddly({ headers: turned }), 401, 'UNAUTHORIZED');
});

test.each([
  '/api/v1/../../health/liveness',
  '/api/v1/%2e%2e/%2e%2e/health/liveness',
  '/health/./liveness',
  '/health/readiness/../liveness',
  '/health\\liveness',
  '//health/liveness',
  '/health//liveness',
  '/health/liveness/',
  '/%68ealth/liveness',
  '/HEALTH/liveness',
  'http://elsewhere.example/health/liveness',
  '/api/v1/patrols/..',
  '/api/v1/patrols/%zz',
  '/api/v1/patrols/%00',
])('a path is what was written, as over REST: %s', async (path) => {
  const { closed } = sayRaw(
    campus.service.restPort,
    `GET ${path} HTTP/1.1\r\nHost: campus\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
  );
  const [overRest] = await closed;
  const event = eventOf({ method: 'GET', url: '/', headers: { authorization } });
  const { statusCode, body } = await handler({ ...event, rawPath: path }, INVOCATION);
  expect([statusCode, JSON.parse(body).error?.code]).toEqual([overRest?.status, overRest?.code]);
  if (path.includes('..')) expect(statusCode).not.toBe(200);
});

test('an event that is no HTTP request fails with one line, and nothing of ours in it', async () => {
  for (const event of [null, 'text', 7, [], {}, { Records: [] }, { version: '2.0', rawPath: '/' }]) {
    const error = await handler(event, INVOCATION).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'the event is not an HTTP request of payload format 2.0' });
    expect(Error.isError(error) ? error.stack?.split('\n') : null).toHaveLength(1);
  }
  expect(lines()).toEqual([]);
});

test('whatever an HTTP event holds, it is answered in the one shape, with ids and one line', async () => {
  const event = fc.record({
    version: fc.constant('2.0'),
    rawPath: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('/api/v1/patrols')),
    rawQueryString: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    headers: fc.oneof(
      fc.dictionary(fc.string(), fc.string({ unit: 'binary' })),
      fc.dictionary(fc.constantFrom('content-length', 'authorization', 'host', 'cookie'), fc.jsonValue()),
      fc.jsonValue(),
    ),
    cookies: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
    body: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    isBase64Encoded: fc.oneof(fc.boolean(), fc.jsonValue()),
    requestContext: fc.record({
      http: fc.record({
        method: fc.oneof(fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'), fc.string()),
        sourceIp: fc.oneof(fc.ipV4(), fc.jsonValue()),
        path: fc.jsonValue(),
      }),
      requestId: fc.jsonValue(),
      elb: fc.option(fc.jsonValue()),
      stage: fc.jsonValue(),
      resourcePath: fc.jsonValue(),
    }),
    ...{ path: fc.jsonValue(), httpMethod: fc.jsonValue(), multiValueHeaders: fc.jsonValue() },
    ...{ queryStringParameters: fc.jsonValue(), pathParameters: fc.jsonValue() },
  });
  await fc.assert(
    fc.asyncProperty(event, async (odd) => {
      campus.logged.length = 0;
      // As it comes out of Lambda.
      const { statusCode, headers, body } = await handler(JSON.parse(JSON.stringify(odd)), INVOCATION);
      expect([400, 401, 404, 405, 413, 415]).toContain(statusCode);
      const trace_id = headers['x-trace-id'];
      if (body) expect(JSON.parse(body).error.trace_id).toBe(trace_id);
      expect(lines()).toMatchObject([{ status_code: statusCode, trace_id }]);
    }),
    { numRuns: 500 },
  );
  expect(consoleError).not.toHaveBeenCalled();
});
