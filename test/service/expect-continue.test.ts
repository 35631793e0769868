import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';
import { sayRaw } from '../raw-rest.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let authorization: string;

beforeAll(async () => {
  campus = await startTestService();
  authorization = await bearer('educator');
});
afterAll(() => campus.close());

const BODY = '{"date":"2025-12-01","building":"9","entrance":4}';
const INVITATION = 'HTTP/1.1 100 Continue\r\n\r\n';

/** The head of a request that begins a patrol. */
function head(...headers: string[]): string {
  const always = ['Host: campus', 'Content-Type: application/json'];
  return ['POST /api/v1/patrols HTTP/1.1', ...always, ...headers, '', ''].join('\r\n');
}
const expecting = (length: string, token = authorization) =>
  head(`Authorization: ${token}`, 'Expect: 100-continue', length);

const inChunks = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

test.each<[string, string, string]>([
  ['a length', `Content-Length: ${BODY.length}`, BODY],
  ['chunks', 'Transfer-Encoding: chunked', inChunks(BODY.replace('"9"', '"8"'))],
])(
  'a sender who waits is invited once their token was checked: a body with %s',
  async (_what, length, body) => {
    const { socket, has, received } = sayRaw(campus.service.restPort, expecting(length));
    await has(INVITATION);
    socket.write(body);
    await has('HTTP/1.1 201 Created');
    expect(received().startsWith(INVITATION)).toBe(true);
    // A connection whose body came is good for the next request.
    socket.write('GET /health/liveness HTTP/1.1\r\nHost: campus\r\nConnection: close\r\n\r\n');
    await has('{"status":"ok"}');
  },
);

test.each<[number, string, () => string]>([
  [401, 'without a token', () => head('Expect: 100-continue', 'Content-Length: 100')],
  [401, 'with a bad token', () => expecting('Content-Length: 100', 'Bearer nonsense')],
  [401, 'with a bad token, in chunks', () => expecting('Transfer-Encoding: chunked', 'Bearer nonsense')],
  [413, 'with a body that is too long', () => expecting('Content-Length: 100000')],
  [405, 'where the method is wrong', () => expecting('Content-Length: 100').replace('POST', 'PUT')],
  [404, 'where there is nothing', () => expecting('Content-Length: 100').replace('/patrols', '/nothing')],
])('%i comes without an invitation, and closes the connection: %s', async (status, _why, request) => {
  const { closed } = sayRaw(campus.service.restPort, request());
  const ids = { 'x-trace-id': expect.any(String), 'x-correlation-id': expect.any(String) };
  expect(await closed).toMatchObject([{ status, headers: { ...ids, connection: 'close' } }]);
});

test('who expects nothing sends a body as ever, and is not invited', async () => {
  // An entrance that no other test of this file starts at.
  const body = BODY.replace('"entrance":4', '"entrance":3');
  const { closed } = sayRaw(
    campus.service.restPort,
    head(`Authorization: ${authorization}`, `Content-Length: ${body.length}`, 'Connection: close') + body,
  );
  expect((await closed).map(({ status }) => status)).toEqual([201]);
});
