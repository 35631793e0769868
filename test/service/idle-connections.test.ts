import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

/** A connection on which a page was asked and has come whole; `head` is what its answer began with. */
async function idle(seconds: string | undefined, path: string): Promise<{ socket: Socket; head: string }> {
  const campus = await startTestService({
    environment: seconds === undefined ? {} : { KEEP_ALIVE_SECONDS: seconds },
  });
  closing.push(() => campus.close());
  const socket = connect(campus.service.restPort, '127.0.0.1');
  closing.push(() => socket.destroy());
  socket.on('error', () => {});
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: campus\r\n\r\n`);
  const isWhole = () => {
    const end = received.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(received)?.[1];
    return end > 0 && received.length - end - 4 >= Number(length);
  };
  while (!isWhole()) await once(socket, 'data');
  return { socket, head: received.slice(0, received.indexOf('\r\n\r\n')) };
}

test.each(['/health/liveness', '/docs/static/swagger-ui-bundle.js', '/nowhere'])(
  'after %s an idle connection is kept for KEEP_ALIVE_SECONDS, and not much longer',
  async (path) => {
    const { socket } = await idle('1', path);
    const began = performance.now();
    await once(socket, 'close');
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThan(6);
  },
);

test.each([
  [undefined, '72'],
  ['620', '620'],
])('a caller is told how long: KEEP_ALIVE_SECONDS=%s is %s s', async (given, said) => {
  expect((await idle(given, '/health/liveness')).head).toMatch(
    new RegExp(`keep-alive: timeout=${said}$`, 'im'),
  );
});

test.each(['/health/liveness', '/docs/static/swagger-ui-bundle.js'])(
  'KEEP_ALIVE_SECONDS=0 keeps no connection: %s',
  async (path) => {
    const { socket, head } = await idle('0', path);
    expect(head).toMatch(/^connection: close$/im);
    if (!socket.closed) await once(socket, 'close');
  },
);
