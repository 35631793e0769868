import { METHODS } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { NOBODY, startTestService } from '../campus.ts';
import { sayRaw } from '../raw-rest.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService();
});
afterAll(() => campus.close());
beforeEach(() => {
  campus.logged.length = 0;
});

const HEADERS = 'Host: campus\r\nX-Trace-ID: odd-1\r\nX-Correlation-ID: odd-2\r\n';
const IDS = { 'x-trace-id': 'odd-1', 'x-correlation-id': 'odd-2' };

async function answerTo(method: string, target: string, headers = HEADERS) {
  const { closed } = sayRaw(
    campus.service.restPort,
    `${method} ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`,
  );
  const [answer, ...others] = await closed;
  expect(others).toEqual([]);
  return answer;
}

/** Gives the request lines once there are so many: the answer may be there first. */
async function lines(count = 1) {
  const written = () => campus.logged.filter(({ status_code }) => status_code !== undefined);
  while (written().length < count) await new Promise((resolve) => setImmediate(resolve));
  return written();
}

/** Without those that these paths have, or that open a tunnel. */
const REFUSED = METHODS.filter(
  (method) => !['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'CONNECT'].includes(method),
);

test.each(REFUSED)(
  '%s is 405 where the path is right, with what is allowed, and 404 where it is not',
  async (method) => {
    expect(await answerTo(method, '/api/v1/patrols?size=1')).toMatchObject({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      headers: { ...IDS, allow: 'GET, POST, HEAD' },
    });
    expect(await answerTo(method, `/api/v1/patrols/${NOBODY}/`)).toMatchObject({
      status: 405,
      headers: { allow: 'GET, PATCH, DELETE, POST, HEAD' },
    });
    expect(await answerTo(method, '/metrics')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect(await answerTo(method, '/nowhere')).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      headers: IDS,
    });
  },
);

test.each(['example.com:443', '/api/v1/patrols'])(
  'CONNECT %s is answered 405 in the one shape, with its ids and its line, and then closed',
  async (target) => {
    // Nothing in it asks for a close: the service does.
    const { closed } = sayRaw(campus.service.restPort, `CONNECT ${target} HTTP/1.1\r\n${HEADERS}\r\n`);
    expect(await closed).toMatchObject([
      {
        status: 405,
        code: 'METHOD_NOT_ALLOWED',
        headers: { ...IDS, allow: '', connection: 'close', 'cache-control': 'no-store' },
      },
    ]);
    expect(await lines()).toMatchObject([
      {
        method: 'CONNECT',
        path: target.startsWith('/') ? target : '/{unmatched}',
        status_code: 405,
        error_code: 'METHOD_NOT_ALLOWED',
        trace_id: 'odd-1',
        correlation_id: 'odd-2',
      },
    ]);
  },
);

test('a CONNECT does not take the place of the answer that came before it, and ends what comes after it', async () => {
  const asked = 'GET /health/readiness HTTP/1.1\r\nHost: campus\r\n\r\n';
  const { closed } = sayRaw(
    campus.service.restPort,
    `${asked}CONNECT example.com:443 HTTP/1.1\r\n${HEADERS}\r\n${asked}`,
  );
  expect((await closed).map(({ status }) => status)).toEqual([200, 405]);
});
