import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bearer, NOBODY, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());

function say(text: string): Socket {
  const socket = connect(campus.service.restPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

async function answerTo(text: string): Promise<string> {
  const socket = say(text);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

test('who sends request after request and reads no answer is put out, and others are served meanwhile', async () => {
  // Whoever asks for the documentation first waits for it to be loaded, and all others with them.
  await (await fetch(`${campus.url}/openapi.json`)).text();
  const greedy = say('GET /openapi.json HTTP/1.1\r\nHost: campus\r\n\r\n'.repeat(5000));
  greedy.pause();
  const closed = new Promise((resolve) => greedy.once('close', resolve));
  expect((await call('GET', '/patrols')).status).toBe(200);
  greedy.resume();
  await closed;
  expect(greedy.bytesRead).toBeLessThan(40 * 100_000);
});

test('a few requests sent at once on one connection are all answered', async () => {
  const one = 'GET /health/liveness HTTP/1.1\r\nHost: campus\r\n\r\n';
  const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  const answers = await answerTo(one.repeat(9) + last);
  expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(10);
});

test('what is no request does not take the place of the answer that came before it', async () => {
  const asked = 'GET /health/readiness HTTP/1.1\r\nHost: campus\r\n\r\n';
  expect((await answerTo(`${asked}no request\r\n\r\n`)).match(/HTTP\/1\.1 \d+/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 400',
  ]);
  const last = asked.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  expect((await answerTo(last + asked)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  expect((await answerTo('no request\r\n\r\n')).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
});

test('a body of a hundred thousand fields is one fault, not a hundred thousand', async () => {
  const body = Object.fromEntries(Array.from({ length: 100_000 }, (_, number) => [String(number), 0]));
  // The one operation whose body may be so long.
  const refused = await call('PATCH', `/patrols/${NOBODY}/entries`, { body });
  expect(refused.status).toBe(400);
  expect(refused.body.error.details).toEqual([{ field: 'body', message: 'Слишком много полей' }]);
});

test('who goes away in the middle of a body leaves one line, and none of a failure', async () => {
  campus.logged.length = 0;
  const socket = say(
    `POST /api/v1/patrols HTTP/1.1\r\nHost: campus\r\nAuthorization: ${await bearer('educator')}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`,
  );
  const metrics = async () => (await fetch(`${campus.url}/metrics`)).text();
  while (!/^http_server_active_requests\{.*POST.*\} 1$/m.test(await metrics()));
  socket.destroy();
  const left = () => campus.logged.filter(({ level, path }) => level !== 'DEBUG' && path !== '/metrics');
  while (left().length === 0) await metrics();
  expect(left()).toMatchObject([{ level: 'INFO', status_code: 499 }]);
});

test('a connection that never said anything does not keep a stop waiting', async () => {
  const own = await startTestService();
  const silent = connect(own.service.restPort, '127.0.0.1');
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  expect(await own.service.stop()).toBe(true);
  await closed;
  await own.close();
});

test.each([
  ['no Host', 'GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n', 404],
  [
    'an expectation',
    'GET /nowhere HTTP/1.1\r\nHost: campus\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
    404,
  ],
  ['NUL', 'GET /docs/static/%00 HTTP/1.1\r\nHost: campus\r\nConnection: close\r\n\r\n', 404],
  ['a backslash', 'GET /docs/static/..%5cx HTTP/1.1\r\nHost: campus\r\nConnection: close\r\n\r\n', 404],
  [
    'dots',
    'GET /docs/static/../../../package.json HTTP/1.1\r\nHost: campus\r\nConnection: close\r\n\r\n',
    404,
  ],
])('a request with %s is answered in the one shape, with its ids', async (_what, request, status) => {
  const answer = await answerTo(request);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toMatch(/^x-trace-id: \S+$/m);
  expect(answer).toContain('"error":{"code":"NOT_FOUND"');
});
