import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { NOBODY, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let open: { patrol_id: string; entries: { patrol_entry_id: string; user_id: string }[] };
let completed: typeof open;

beforeAll(async () => {
  // One attempt and a short wait: a dead peer is this file's everyday.
  campus = await startTestService({ environment: { GRPC_MAX_RETRIES: '0', GRPC_TIMEOUT_SECONDS: '2' } });
  call = await restClient(campus.url);
  open = (await call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 1 } })).body;
  completed = (await call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 2 } }))
    .body;
  await call('PATCH', `/patrols/${completed.patrol_id}`, { body: { status: 'completed' } });
});
afterAll(() => campus.close());
afterEach(() => {
  campus.auth.restore();
  campus.applications.restore();
});

const entryOf = (patrol: typeof open) => `/patrols/${patrol.patrol_id}/${patrol.entries[0]?.patrol_entry_id}`;

test('all faults of a request are reported together: path, query and body, each as the caller wrote it', async () => {
  const faulty = await call('PATCH', '/patrols/x/y?z=1', {
    body: { is_present: 'yes', absence_reason: 7, Absence: 1, patrol_id: open.patrol_id },
  });
  const fields = faulty.body.error.details.map(({ field }: { field: string }) => field).toSorted();
  expect(fields).toEqual(
    ['patrolId', 'patrolEntryId', 'z', 'is_present', 'absence_reason', 'Absence', 'patrol_id'].toSorted(),
  );
  const list = await call(
    'GET',
    '/patrols?page=0&size=101&date=2025-02-30&building=7&entrance=x&status=done&sort=1',
  );
  expect(list.body.error.details.map(({ field }: { field: string }) => field).toSorted()).toEqual(
    ['page', 'size', 'date', 'building', 'entrance', 'status', 'sort'].toSorted(),
  );
  const broken = await call('POST', '/patrols/x', { raw: '{"user_id"' });
  expect(broken.body.error.details.map(({ field }: { field: string }) => field).toSorted()).toEqual([
    'body',
    'patrolId',
  ]);
});

test.each([
  ['page=1&page=2', 'page'],
  ['page=1.5', 'page'],
  ['page=1e2', 'page'],
  ['page=2147483648', 'page'],
  ['page=', 'page'],
  ['entrance=true', 'entrance'],
  ['date=', 'date'],
  ['__proto__=1', '__proto__'],
])('a query of %s has a fault in %s', async (query, field) => {
  const answer = await call('GET', `/patrols?${query}`);
  expectError(answer, 'VALIDATION_ERROR');
  expect(answer.body.error.details.map((fault: { field: string }) => fault.field)).toEqual([field]);
});

test('a field of the query never stands in for one of the body', async () => {
  const answer = await call('POST', '/patrols?entrance=3', { body: { date: '2025-10-09', building: '8' } });
  expect(answer.body.error.details).toEqual([
    { field: 'entrance', message: 'Неизвестное поле' },
    { field: 'entrance', message: 'Обязательное поле' },
  ]);
});

test.each([['[]'], ['"text"'], ['null'], ['7'], ['\u0000'], ['{"date":"2025-12-01"} {}']])(
  'a body of %j is a fault of the body',
  async (raw) => {
    const answer = await call('POST', '/patrols', { raw });
    expectError(answer, 'VALIDATION_ERROR');
    expect(answer.body.error.details).toEqual([{ field: 'body', message: expect.any(String) }]);
  },
);

test('bytes that are not UTF-8 are refused, not replaced', async () => {
  const raw = Buffer.concat([
    Buffer.from('{"is_present":false,"absence_reason":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);
  expectError(await call('PATCH', entryOf(open), { raw: new Uint8Array(raw) }), 'VALIDATION_ERROR');
});

test('a byte order mark before the JSON is passed over, and is no JSON by itself', async () => {
  const raw = `\ufeff${JSON.stringify({ is_present: true })}`;
  expect((await call('PATCH', entryOf(open), { raw })).status).toBe(200);
  expectError(await call('PATCH', entryOf(open), { raw: '\ufeff' }), 'VALIDATION_ERROR');
});

test('a field of the body that is called __proto__ is an unknown field', async () => {
  const answer = await call('PATCH', entryOf(open), { raw: '{"__proto__":{"is_present":true}}' });
  const fields = answer.body.error.details.map(({ field }: { field: string }) => field).toSorted();
  expect(fields).toEqual(['__proto__', 'is_present']);
});

test('an empty body with a JSON content type is fine where none is needed', async () => {
  const answer = await call('DELETE', `/patrols/${NOBODY}`, {
    headers: { 'content-type': 'application/json' },
  });
  expectError(answer, 'PATROL_NOT_FOUND');
});

test('a URL part that is too long, or not decodable, is a fault of the request', async () => {
  expectError(await call('GET', `/patrols/${'a'.repeat(4000)}`), 'VALIDATION_ERROR');
  expectError(await call('GET', '/patrols/%zz'), 'VALIDATION_ERROR');
});

test.each([
  ['GET / HTTP/9.9\r\n\r\n', 400],
  ['nonsense\r\n\r\n', 400],
  [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
])('what is not HTTP is answered in the same shape (%#)', async (bytes, status) => {
  const text = await new Promise<string>((resolve, reject) => {
    const { port } = new URL(campus.url);
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('end', () => resolve(received)).on('error', reject);
  });
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const { error } = JSON.parse(text.split('\r\n\r\n')[1] ?? '');
  expect(error).toMatchObject({ code: 'VALIDATION_ERROR' });
  const lines = campus.logged.filter(({ trace_id }) => trace_id === error.trace_id);
  expect(lines).toMatchObject([{ msg: 'request', status_code: status, user_id: null }]);
});

test.each(['application/x-www-form-urlencoded', ';;;', ''])(
  'the type %p where nothing is sent is no fault',
  async (type) => {
    const { body: patrol } = await call('POST', '/patrols', {
      body: { date: '2025-11-01', building: '9', entrance: 4 },
    });
    const headers = { 'content-type': type };
    const answer = await call('DELETE', `/patrols/${patrol.patrol_id}`, { raw: '', headers });
    expect(answer.status).toBe(204);
  },
);

test('a body of another type than JSON is refused by its type', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await call('POST', '/patrols', { raw: 'a=b', headers })).status).toBe(415);
});
