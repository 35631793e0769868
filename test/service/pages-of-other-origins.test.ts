import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';
import { type RawAnswer, sayRaw } from '../raw-rest.ts';
import { restClient } from '../rest-client.ts';

const ORIGIN = 'https://campus.example';
const STRANGER = 'https://evil.example';
const READABLE = [
  ...['x-trace-id', 'x-correlation-id', 'location', 'retry-after', 'etag', 'content-disposition'],
  'www-authenticate',
];

type Campus = Awaited<ReturnType<typeof startTestService>>;
let open: Campus;
let shut: Campus;

beforeAll(async () => {
  open = await startTestService({ environment: { CORS_ORIGINS: `https://other.example,${ORIGIN}` } });
  shut = await startTestService();
});
afterAll(() => Promise.all([open.close(), shut.close()]));

const KNOWN = '/api/v1/patrols';
const UNKNOWN = '/api/v1/nowhere/at/all/x/y';
const UNDECODABLE = '/api/v1/patrols/%zz';
const PROBE = '/health/liveness';

/** Of any path of the service, as a browser asks: the one client sends below `/api/v1` alone. */
function preflight(path: string, asked?: string, origin = ORIGIN) {
  return fetch(open.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      ...(asked !== undefined && { 'access-control-request-headers': asked }),
    },
  });
}

/** What the headers of an answer say of pages. */
function saidOfPages(headers: Headers) {
  return Object.fromEntries([...headers].filter(([name]) => /^access-control|^vary/.test(name)));
}

/** What says to the page of the allowed origin that it may read. */
const MAY_READ = {
  'access-control-allow-origin': ORIGIN,
  'access-control-expose-headers': READABLE.join(', '),
  vary: 'Origin',
};

describe('a page of an allowed origin may send what tracing adds to its requests', () => {
  test.each([
    ['authorization,content-type'],
    ['authorization, traceparent, tracestate, baggage'],
    ['baggage, tracestate, sentry-trace'],
    ['Authorization,X-Trace-ID,X-Correlation-ID,If-Match,Last-Event-ID'],
    ['x-datadog-trace-id,x-datadog-parent-id,x-datadog-origin,x-datadog-sampling-priority'],
    ['b3, X-B3-TraceId'],
  ])('%s', async (asked) => {
    const answer = await preflight(KNOWN, asked);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toBe(asked);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, DELETE');
    expect(answer.headers.get('vary')).toBe('Origin, Access-Control-Request-Headers');
    expect(answer.headers.get('x-trace-id')).toMatch(/^[\w.-]+$/);
  });

  test.each([KNOWN, UNKNOWN, UNDECODABLE, PROBE, '/docs'])(
    'at %s, so that it can read whatever is answered there',
    async (path) => {
      const answer = await preflight(path, 'authorization');
      expect([answer.status, await answer.text()]).toEqual([204, '']);
      expect(answer.headers.get('access-control-allow-headers')).toBe('authorization');
      expect(answer.headers.get('x-trace-id')).toMatch(/^[\w.-]+$/);
    },
  );

  test('and needs to ask for none', async () => {
    const answer = await preflight(KNOWN);
    expect(answer.status).toBe(204);
    expect(answer.headers.has('access-control-allow-headers')).toBe(false);
  });
});

test.each([
  [KNOWN, 405],
  [UNKNOWN, 404],
  [UNDECODABLE, 400],
  [PROBE, 405],
])('a page of another origin is not told at %s what it may do, and reads nothing', async (path, status) => {
  const asked = await preflight(path, 'authorization', STRANGER);
  expect(asked.status).toBe(status);
  const got = await fetch(open.url + path, { headers: { origin: STRANGER } });
  for (const { headers } of [asked, got]) expect(saidOfPages(headers)).toEqual({ vary: 'Origin' });
  const closed = await fetch(shut.url + path, { headers: { origin: ORIGIN } });
  expect(saidOfPages(closed.headers)).toEqual({});
});

describe('an OPTIONS that is no preflight is answered as any method that a path has not', () => {
  const METHOD = { 'access-control-request-method': 'GET' };
  const sent: [string, Record<string, string>][] = [
    ['with nothing', {}],
    ['with an origin alone', { origin: ORIGIN }],
    ['with a method alone', METHOD],
  ];
  const paths: [string, number, string][] = [
    [KNOWN, 405, 'METHOD_NOT_ALLOWED'],
    [UNKNOWN, 404, 'NOT_FOUND'],
    [UNDECODABLE, 400, 'VALIDATION_ERROR'],
    [PROBE, 405, 'METHOD_NOT_ALLOWED'],
    ['/docs', 405, 'METHOD_NOT_ALLOWED'],
  ];
  test.each(sent.flatMap(([what, headers]) => paths.map((path) => [what, ...path, headers] as const)))(
    '%s, at %s: %i',
    async (_what, path, status, code, headers) => {
      for (const { url } of [open, shut]) {
        const answer = await fetch(url + path, { method: 'OPTIONS', headers });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          status,
          'application/json; charset=utf-8',
        ]);
        expect(JSON.parse(await answer.text())).toMatchObject({
          error: { code, trace_id: answer.headers.get('x-trace-id') },
        });
      }
    },
  );
});

describe('a page can read', () => {
  test.each<[string, number, string, RequestInit & { readonly headers?: Record<string, string> }]>([
    ['the answer of a probe', 200, PROBE, {}],
    ['who has no token', 401, KNOWN, {}],
    ['of a path that is none', 404, UNKNOWN, {}],
    ['of a URL that cannot be decoded', 400, UNDECODABLE, {}],
    ['of a method that a path has not', 405, KNOWN, { method: 'PUT' }],
    ['of a method that HTTP has not', 405, KNOWN, { method: 'PROPFIND' }],
  ])('%s: %i', async (_what, status, path, { headers = {}, ...init }) => {
    const answer = await fetch(open.url + path, { ...init, headers: { ...headers, origin: ORIGIN } });
    expect([answer.status, saidOfPages(answer.headers)]).toEqual([status, MAY_READ]);
    if (status !== 200)
      expect(JSON.parse(await answer.text())).toMatchObject({
        error: { trace_id: answer.headers.get('x-trace-id') },
      });
  });

  test.each<[string, number, Record<string, string>, string]>([
    ['too long', 413, {}, `{"x":"${'x'.repeat(100_000)}"}`],
    ['of a type that is none of ours', 415, { 'content-type': 'text/plain' }, 'x'],
    ['that is no JSON', 400, {}, '{'],
  ])('of a body %s: %i', async (_what, status, headers, raw) => {
    const call = await restClient(open.url);
    const answer = await call('POST', '/patrols', { raw, headers: { ...headers, origin: ORIGIN } });
    expect([answer.status, saidOfPages(answer.headers)]).toEqual([status, MAY_READ]);
  });
});

describe('a page can read what is answered past Fastify', () => {
  const said = (answers: RawAnswer[]) =>
    answers.map(({ status, code, headers }) => ({
      ...{ status, code, origin: headers['access-control-allow-origin'] },
    }));
  const VALIDATION_ERROR = 'VALIDATION_ERROR';

  test.each<[string, string, number, string]>([
    [
      'a body that cannot be read',
      'POST /api/v1/nowhere HTTP/1.1\r\nhost: a\r\norigin: O\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      ...([400, VALIDATION_ERROR] as const),
    ],
    [
      'headers that are too long',
      `GET ${KNOWN} HTTP/1.1\r\nhost: a\r\nOrigin: O\r\nbaggage: ${'x'.repeat(20_000)}\r\n\r\n`,
      ...([431, VALIDATION_ERROR] as const),
    ],
    [
      'a header that is none',
      `GET ${KNOWN} HTTP/1.1\r\nhost: a\r\norigin: O\r\nno header\r\n\r\n`,
      ...([400, VALIDATION_ERROR] as const),
    ],
    [
      'a tunnel',
      'CONNECT a:443 HTTP/1.1\r\nhost: a\r\norigin: O\r\n\r\n',
      ...([405, 'METHOD_NOT_ALLOWED'] as const),
    ],
  ])('%s', async (_what, text, status, code) => {
    const { restPort } = open.service;
    const asked = await sayRaw(restPort, text.replace('O\r\n', `${ORIGIN}\r\n`)).closed;
    expect(said(asked).at(-1)).toEqual({ status, code, origin: ORIGIN });
    const strange = await sayRaw(restPort, text.replace('O\r\n', `${STRANGER}\r\n`)).closed;
    expect(said(strange).at(-1)).toEqual({ status, code, origin: undefined });
  });

  test('when too many requests are served, and when all connections are taken, and is allowed to ask', async () => {
    const full = await startTestService({
      environment: {
        ...{ CORS_ORIGINS: ORIGIN, MAX_REQUESTS_IN_FLIGHT: '1' },
        ...{ MAX_CONNECTIONS: '1', MAX_SHARE_OF_ADDRESS: '1' },
      },
    });
    const held = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<object>();
    full.auth.replace('ValidateToken', () => {
      held.resolve();
      return gate.promise;
    });
    const served = (await restClient(full.url))('GET', '/patrols');
    await held.promise;
    const onSpare = (method: string, more = '') =>
      sayRaw(
        full.service.restPort,
        `${method} ${KNOWN} HTTP/1.1\r\nhost: a\r\norigin: ${ORIGIN}\r\n${more}\r\n`,
      ).closed;
    const [refused] = await onSpare('GET');
    expect(refused).toMatchObject({ status: 503, headers: MAY_READ });
    const [allowed] = await onSpare('OPTIONS', 'access-control-request-method: GET\r\n');
    expect(allowed).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': ORIGIN } });
    gate.resolve({ valid: false });
    expect((await served).status).toBe(401);
    await full.close();
  });
});
