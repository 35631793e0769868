import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService();
});
afterAll(() => campus.close());

const ask = (path: string, headers = {}) => fetch(`${campus.url}${path}`, { headers });
const LARGEST = '/docs/static/swagger-ui-bundle.js';

test('the first to ask, all at once, get the same documentation', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/openapi.json')));
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(texts).size).toBe(1);
  expect(Object.keys(JSON.parse(texts[0] ?? '').paths)).toContain('/health/readiness');
});

test('everything that the page of the documentation names is there, in its own type', async () => {
  const html = await (await ask('/docs')).text();
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(4);
  for (const path of named) {
    const file = await fetch(new URL(path, `${campus.url}/docs`));
    expect([path, file.status]).toEqual([path, 200]);
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
  expect((await ask('/docs/static/swagger-ui.css')).headers.get('content-type')).toContain('text/css');
});

test.each([
  ['development', true],
  ['production', false],
])('in %s a browser keeps the token that was pasted into the page: %j', async (ENVIRONMENT, isKept) => {
  const other = await startTestService({ environment: { ENVIRONMENT, JWT_SECRET_KEY: 'x'.repeat(32) } });
  const script = await (await fetch(`${other.url}/docs/static/swagger-initializer.js`)).text();
  expect(/"persistAuthorization":(true|false)/.exec(script)?.[1]).toBe(String(isKept));
  await other.close();
});

test('a file that a browser has already is not sent again', async () => {
  const etag = (await ask(LARGEST)).headers.get('etag') ?? '';
  const again = await ask(LARGEST, { 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test.each([
  '/docs/static/nothing.js',
  '/docs/static/%73wagger-ui.css',
  '/docs/static/./swagger-ui.css%00',
  '/docs/x',
])('%s is no page, and the answer has the one shape of errors', async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: { code: 'NOT_FOUND', details: null } });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('those who read the largest file slowly hold one copy of it together', async () => {
  await ask(LARGEST);
  const before = process.memoryUsage().arrayBuffers;
  const slow = Array.from({ length: 100 }, () => connect(campus.service.restPort, '127.0.0.1'));
  for (const socket of slow) {
    // More than the kernel keeps for a connection.
    socket.write(`GET ${LARGEST} HTTP/1.1\r\nHost: campus\r\n\r\n`.repeat(8));
    await once(socket, 'readable');
  }
  // A copy each would be 160 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
  for (const socket of slow) socket.destroy();
});
