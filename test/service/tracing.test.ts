import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { startTestService } from '../campus.ts';
import { resolved } from '../openapi-schemas.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());

const ids = { 'x-trace-id': 'evening-1.a_b', 'x-correlation-id': '0af76519-16cd-43dd-8448-eb211c80319c' };
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

test.each<[string, () => ReturnType<RestClient>]>([
  ['a good answer', () => call('GET', '/patrols', { headers: ids })],
  ['a validation error', () => call('GET', '/patrols?page=x', { headers: ids })],
  ['no token', () => call('GET', '/patrols', { headers: ids, authorization: null })],
  ['an unknown route', () => call('GET', '/nothing', { headers: ids })],
  ['a wrong method', () => call('PUT', '/patrols', { headers: ids })],
  ['a URL that cannot be decoded', () => call('GET', '/patrols/%zz', { headers: ids })],
  ['a body too large', () => call('POST', '/patrols', { headers: ids, raw: 'x'.repeat(2 ** 20 + 1) })],
  [
    'a media type we do not take',
    () => call('POST', '/patrols', { headers: { ...ids, 'content-type': 'a/b' }, raw: 'x' }),
  ],
])('both ids come back on %s, in its error, and in its one log line', async (_name, ask) => {
  campus.logged.length = 0;
  const answer = await ask();
  expect(answer.headers.get('x-trace-id')).toBe(ids['x-trace-id']);
  expect(answer.headers.get('x-correlation-id')).toBe(ids['x-correlation-id']);
  if (answer.status >= 400) expect(answer.body.error.trace_id).toBe(ids['x-trace-id']);
  const lines = campus.logged.filter(({ status_code }) => status_code !== undefined);
  expect(lines).toEqual([
    expect.objectContaining({
      trace_id: ids['x-trace-id'],
      correlation_id: ids['x-correlation-id'],
      status_code: answer.status,
    }),
  ]);
});

test('ids are made where none come, and unusable ones are replaced, never echoed', async () => {
  for (const id of [undefined, 'a b', 'x'.repeat(129), '{{7*7}}']) {
    const headers: Record<string, string> =
      id === undefined ? {} : { 'x-trace-id': id, 'x-correlation-id': id };
    const answer = await call('GET', '/patrols', { headers });
    expect(answer.headers.get('x-trace-id')).toMatch(UUID);
    expect(answer.headers.get('x-correlation-id')).toMatch(UUID);
  }
});

test('a request leaves one line with exactly the campus’s fields', async () => {
  campus.logged.length = 0;
  await call('GET', '/patrols?date=2025-12-01', { headers: ids });
  expect(campus.logged.filter(({ level }) => level !== 'DEBUG')).toEqual([
    {
      level: 'INFO',
      time: expect.any(Number),
      service: 'patrol-service',
      trace_id: ids['x-trace-id'],
      correlation_id: ids['x-correlation-id'],
      method: 'GET',
      path: '/api/v1/patrols',
      status_code: 200,
      duration_ms: expect.any(Number),
      user_id: residentFor('educator').user_id,
      msg: 'request',
    },
  ]);
});

test('the same ids go to auth-service', async () => {
  campus.auth.restore();
  await call('GET', '/patrols', { headers: ids });
  expect(campus.auth.calls[0]?.metadata).toMatchObject(ids);
});

test('health, documentation and the service’s own paths carry ids too', async () => {
  for (const path of ['/health/liveness', '/health/readiness', '/openapi.json', '/docs']) {
    const answer = await fetch(`${campus.url}${path}`, { headers: ids });
    expect([path, answer.status, answer.headers.get('x-trace-id')]).toEqual([path, 200, ids['x-trace-id']]);
  }
});

test('the documentation names every operation, its roles, its refusals and the schemas that validate', async () => {
  const answer = await fetch(`${campus.url}/openapi.json`);
  const document = JSON.parse(await answer.text());
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries<Record<string, { operationId?: string }>>(document.paths)
    .filter(([path]) => path.startsWith('/api/v1'))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(operations.toSorted()).toEqual([
    'DELETE /api/v1/patrols/{patrolId}',
    'DELETE /api/v1/patrols/{patrolId}/{patrolEntryId}',
    'GET /api/v1/patrols',
    'GET /api/v1/patrols/audit',
    'GET /api/v1/patrols/coverage',
    'GET /api/v1/patrols/events',
    'GET /api/v1/patrols/report',
    'GET /api/v1/patrols/{patrolId}',
    'GET /api/v1/patrols/{patrolId}/absentees',
    'GET /api/v1/patrols/{patrolId}/audit',
    'GET /api/v1/patrols/{patrolId}/events',
    'GET /api/v1/patrols/{patrolId}/{patrolEntryId}',
    'PATCH /api/v1/patrols/{patrolId}',
    'PATCH /api/v1/patrols/{patrolId}/entries',
    'PATCH /api/v1/patrols/{patrolId}/{patrolEntryId}',
    'POST /api/v1/patrols',
    'POST /api/v1/patrols/{patrolId}',
    'POST /api/v1/patrols/{patrolId}/refresh',
    'POST /api/v1/patrols/{patrolId}/reopen',
  ]);
  const start = document.paths['/api/v1/patrols'].post;
  expect(Object.keys(start.responses)).toEqual([
    ...['201', '400', '401', '403', '405', '409', '413', '415', '500', '503'],
  ]);
  expect(resolved(start.requestBody.content['application/json'].schema, document)).toMatchObject({
    additionalProperties: false,
    required: ['date', 'building', 'entrance'],
    properties: { building: { enum: ['8', '9'] }, entrance: { minimum: 1, maximum: 4 } },
  });
});
