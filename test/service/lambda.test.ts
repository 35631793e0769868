import { setTimeout as pause } from 'node:timers/promises';
import { read } from '@e965/xlsx';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { eventOf, type Sent } from '../../infra/lambda/events.ts';
import { relayTo } from '../../infra/lambda/tcp-relay.ts';
import { readConfig } from '../../lib/config.ts';
import { createLambdaHost, type LambdaHandler } from '../../lib/lambda/host.ts';
import { type OpenContext, openContext } from '../../lib/open-context.ts';
import { bearer, openTestCampus, type TestCampus } from '../campus.ts';
import { INVOCATION } from '../lambda-invocation.ts';

let campus: TestCampus;
let opened: OpenContext;
let handler: LambdaHandler;
/** How PostgreSQL is said to be, in turn, before it is really asked. */
const pretended: ('gone' | 'silent')[] = [];
/** How long each question might have waited. */
const asked: number[] = [];

beforeAll(async () => {
  campus = await openTestCampus({ environment: { DATABASE_POOL_SIZE: '1' } });
  opened = await openContext(campus.config, campus.surroundings);
  await opened.opened;
  const { context, check, reconnectPeers } = opened;
  const pingDatabase = async (withinMs: number) => {
    asked.push(withinMs);
    const state = pretended.shift();
    if (state === 'silent') await pause(withinMs);
    return state ? false : opened.pingDatabase(withinMs);
  };
  handler = await createLambdaHost({
    context,
    operations,
    check,
    pingDatabase,
    reconnectPeers,
    flush: campus.surroundings.telemetry.flush,
  });
});
afterAll(async () => {
  await opened.close();
  await campus.close();
});

beforeEach(async () => {
  pretended.length = 0;
  await campus.sql('delete from patrols');
});

async function call(method: string, path: string, sent: Omit<Sent, 'method' | 'url'> = {}) {
  const headers = { authorization: await bearer('educator'), ...sent.headers };
  const answer = await handler(eventOf({ ...sent, method, url: `/api/v1${path}`, headers }), INVOCATION);
  return { ...answer, json: answer.body ? JSON.parse(answer.body) : null };
}

function start(entrance: number, sent: Omit<Sent, 'method' | 'url' | 'body'> = {}) {
  const body = JSON.stringify({ date: '2025-12-01', building: '8', entrance });
  return call('POST', '/patrols', { ...sent, body });
}

test('an event starts a patrol as a request would, and its answer has every header as text', async () => {
  const answer = await start(1, { headers: { 'x-trace-id': 'evening-1', 'x-correlation-id': 'gate-1' } });
  expect(answer).toMatchObject({
    statusCode: 201,
    isBase64Encoded: false,
    headers: {
      location: `/api/v1/patrols/${answer.json.patrol_id}`,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(answer.body)),
      'x-trace-id': 'evening-1',
      'x-correlation-id': 'gate-1',
    },
  });
  expect(answer.json.entries.length).toBeGreaterThanOrEqual(8);
  expect(Object.values(answer.headers).map((value) => typeof value)).not.toContain('number');
});

test("a request without a trace id gets one of our own, whatever AWS's tracing says", async () => {
  const { headers, statusCode } = await call('GET', '/patrols');
  expect(statusCode).toBe(200);
  expect(headers['x-trace-id']).toMatch(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/);
});

test('what is deleted is answered 204 without a body', async () => {
  const { json } = await start(2);
  const answer = await call('DELETE', `/patrols/${json.patrol_id}`);
  expect(answer).toMatchObject({ statusCode: 204, body: '' });
  expect(answer.headers).not.toHaveProperty('content-type');
});

test('an anonymous caller is answered 401 in the one error shape', async () => {
  const answer = await call('GET', '/patrols', { headers: { authorization: '', 'x-trace-id': 'anonymous' } });
  expect(answer).toMatchObject({
    statusCode: 401,
    headers: { 'www-authenticate': 'Bearer', 'x-trace-id': 'anonymous' },
    json: { error: { code: 'UNAUTHORIZED', trace_id: 'anonymous', details: null } },
  });
});

test('a faulty body is answered 400 with all its faults', async () => {
  const body = '{"date":"2025-02-30","building":"7","entrance":"2"}';
  const { statusCode, json } = await call('POST', '/patrols', { body });
  expect(statusCode).toBe(400);
  const fields = json.error.details.map((fault: { field: string }) => fault.field);
  expect(fields.toSorted()).toEqual(['building', 'date', 'entrance']);
});

test('a body that the gateway encoded is read, and one that is encoded but not declared so is not JSON', async () => {
  expect((await start(3, { isBase64Encoded: true })).statusCode).toBe(201);
  const body = Buffer.from('{}').toString('base64');
  const { statusCode, json } = await call('POST', '/patrols', { body });
  expect([statusCode, json.error.details]).toEqual([
    400,
    [{ field: 'body', message: 'Тело запроса не является JSON' }],
  ]);
});

test('a comma in a value is part of the value, and a value given twice is two', async () => {
  await start(4);
  const both = '?building=8&entrance=4&status=in_progress&size=5';
  expect((await call('GET', `/patrols${both}`)).json).toMatchObject({ total: 1, size: 5 });
  const comma = await call('GET', '/patrols?building=8,9');
  const twice = await call('GET', '/patrols?building=8&building=9');
  for (const { statusCode, json } of [comma, twice]) {
    expect([statusCode, json.error.details[0].field]).toEqual([400, 'building']);
  }
});

test('a path that the gateway has decoded does not turn into a query', async () => {
  const { statusCode, json } = await call('GET', '/patrols');
  expect([statusCode, json.size]).toEqual([200, 20]);
  const decoded = eventOf({ method: 'GET', url: '/api/v1/patrols' });
  const answer = await handler({ ...decoded, rawPath: '/api/v1/patrols?size=5' }, INVOCATION);
  expect(answer.statusCode).toBe(404);
});

test('an event that is no HTTP request of format 2.0 is an error of the invocation', async () => {
  const event = eventOf({ method: 'GET', url: '/health/liveness' });
  const { requestContext: _context, ...rest } = event;
  for (const faulty of [null, 'text', {}, { Records: [] }, { ...event, version: '1.0' }, rest]) {
    await expect(handler(faulty, INVOCATION)).rejects.toThrow('not an HTTP request of payload format 2.0');
  }
});

test('an instance that was not idle asks nothing of the database beforehand', async () => {
  await call('GET', '/patrols');
  asked.length = 0;
  await call('GET', '/patrols');
  expect(asked).toEqual([]);
});

test('the first request after a thaw finds a live connection where the old one was cut', async () => {
  await call('GET', '/patrols');
  campus.clock.now = new Date(campus.clock.now.getTime() + 60_000);
  asked.length = 0;
  await campus.sql(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  expect((await start(2)).statusCode).toBe(201);
  expect(asked.length).toBeGreaterThan(0);
});

test('the first request after a thaw connects to both peers anew: their old connections may be half-open', async () => {
  const relays = [await relayTo(campus.auth.port), await relayTo(campus.applications.port)];
  const [auth, application] = relays.map(({ port }) => String(port));
  const environment = { ...campus.environment, AUTH_GRPC_PORT: auth, APPLICATION_GRPC_PORT: application };
  const relayed = await openContext(readConfig(environment), campus.surroundings);
  const { flush } = campus.surroundings.telemetry;
  const thawing = await createLambdaHost({ ...relayed, operations, flush });
  const startAt = async (entrance: number) => {
    const body = JSON.stringify({ date: '2025-12-01', building: '9', entrance });
    const headers = { authorization: await bearer('educator') };
    return thawing(eventOf({ method: 'POST', url: '/api/v1/patrols', headers, body }), INVOCATION);
  };
  try {
    expect((await startAt(1)).statusCode).toBe(201);
    for (const relay of relays) relay.silence();
    campus.clock.now = new Date(campus.clock.now.getTime() + 60_000);
    expect((await startAt(2)).statusCode).toBe(201);
  } finally {
    await relayed.close();
    for (const relay of relays) relay.close();
  }
});

test('a connection that failed its question is replaced before the request, which is tried once', async () => {
  campus.clock.now = new Date(campus.clock.now.getTime() + 60_000);
  asked.length = 0;
  pretended.push('gone', 'gone', 'gone');
  expect((await call('GET', '/patrols')).statusCode).toBe(200);
  expect(asked).toHaveLength(4);
});

test('a database that stays silent holds a request up for two seconds at most', async () => {
  campus.clock.now = new Date(campus.clock.now.getTime() + 60_000);
  asked.length = 0;
  pretended.push(...Array.from({ length: 20 }, () => 'silent' as const));
  expect((await call('GET', '/patrols')).statusCode).toBe(200);
  const waitedMs = asked.reduce((sum, withinMs) => sum + withinMs, 0);
  expect(waitedMs).toBeGreaterThan(0);
  expect(waitedMs).toBeLessThanOrEqual(2000);
});

test('a spreadsheet comes through the function byte for byte, in base64', async () => {
  await start(1);
  const url = '/api/v1/patrols/report?date_from=2025-12-01&date_to=2025-12-01&format=xlsx';
  const headers = { authorization: await bearer('educator') };
  const answer = await handler(eventOf({ method: 'GET', url, headers }), INVOCATION);
  expect([answer.statusCode, answer.isBase64Encoded]).toEqual([200, true]);
  expect(read(Buffer.from(answer.body, 'base64')).SheetNames).toEqual(['По обходам', 'По студентам']);
});
