import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EVENING, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const origin = 'https://campus.example';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({
    environment: {
      MAX_REQUESTS_IN_FLIGHT: '5',
      CORS_ORIGINS: origin,
      // Longer than a refused caller waits.
      GRPC_TIMEOUT_SECONDS: '2',
      GRPC_MAX_RETRIES: '0',
    },
  });
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});

beforeEach(() => {
  campus.clock.now = EVENING;
  campus.auth.restore();
  campus.applications.restore();
});

describe('more requests than can be served', () => {
  test('are refused on both transports, and the rest, health and metrics are answered', async () => {
    // At noon: in the evening the scrape below asks auth-service as well.
    campus.clock.now = new Date('2025-12-01T09:00:00Z');
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    const full = Promise.withResolvers<void>();
    const { calls } = campus.auth;
    campus.auth.replace('GetUsers', async () => {
      asked += 1;
      if (asked === 5) full.resolve();
      await gate.promise;
      return { users: [], total: 0, page: 1, size: 100, pages: 0 };
    });
    const dates = [1, 2, 3, 4, 5].map((day) => ({ date: `2024-01-0${day}`, building: '8', entrance: 1 }));
    const served = dates.map((body) => call('POST', '/patrols', { body }));
    await full.promise;
    const [refused, refusedRpc, refusedPage] = await Promise.all([
      call('GET', '/patrols?page=1', { headers: { 'x-trace-id': 'refused-7' } }),
      rpc.call('ListPatrols', {}),
      call('GET', '/patrols', { headers: { origin } }),
    ]);
    expect([refused.status, refused.body.error.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect([refused.headers.get('x-trace-id'), refused.body.error.trace_id]).toEqual([
      'refused-7',
      'refused-7',
    ]);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(campus.logged).toContainEqual(
      expect.objectContaining({ trace_id: 'refused-7', path: '/api/v1/patrols', status_code: 503 }),
    );
    expect(refusedPage.status).toBe(503);
    expect(refusedPage.headers.get('access-control-allow-origin')).toBe(origin);
    expect([refusedRpc.code, refusedRpc.trailing['error-code']]).toEqual([14, 'SERVICE_UNAVAILABLE']);
    for (const path of ['/health/liveness', '/health/readiness', '/metrics']) {
      expect([path, (await fetch(`${campus.url}${path}`)).status]).toEqual([path, 200]);
    }
    gate.resolve();
    expect((await Promise.all(served)).map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect((await call('GET', '/patrols')).status).toBe(200);
    expect(await (await fetch(`${campus.url}/metrics`)).text()).toMatch(/^patrol_requests_shed_total 3$/m);
    expect(calls.filter(({ method }) => method === 'GetUsers')).toHaveLength(5);
  });
});

describe('a peer that answers nobody', () => {
  test('costs a few callers the deadline, the others nothing, and is found again when it is back', async () => {
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    campus.applications.replace('GetApprovedLeaves', async () => {
      asked += 1;
      await gate.promise;
      return { records: [] };
    });
    const start = (day: number) =>
      call('POST', '/patrols', {
        body: { date: `2024-02-${String(day).padStart(2, '0')}`, building: '8', entrance: 2 },
      });
    for (const day of [1, 2, 3, 4, 5]) expect((await start(day)).status).toBe(503);
    const before = asked;
    const others = await Promise.all([6, 7, 8, 9].map(start));
    expect(others.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    // One of them at most finds out whether the peer is back, and asks for eight days at once.
    expect(asked - before).toBeLessThanOrEqual(8);
    gate.resolve();
    campus.applications.restore();
    while ((await start(10)).status !== 201) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

test('a client that never ends its headers, or says nothing at all, is put out, and others are served meanwhile', async () => {
  const unended = slowClient('GET /api/v1/patrols HTTP/1.1\r\nHost: campus\r\n');
  const silent = slowClient('');
  expect((await call('GET', '/patrols')).status).toBe(200);
  expect(await unended).toMatch(/^HTTP\/1.1 408 /);
  await silent;
});

/** Says this much and no more; gives what came back once the service has closed the connection. */
async function slowClient(begun: string): Promise<string> {
  const socket = connect(campus.service.restPort, '127.0.0.1');
  const answer: string[] = [];
  socket.on('data', (chunk) => answer.push(String(chunk)));
  socket.write(begun);
  await once(socket, 'close');
  return answer.join('');
}

describe('a browser', () => {
  test('is let in from a configured origin, and from no other', async () => {
    const preflight = (from: string) =>
      fetch(`${campus.url}/api/v1/patrols`, {
        method: 'OPTIONS',
        headers: { origin: from, 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight(origin);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    const stranger = await preflight('https://evil.example');
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is told how to treat the page with the documentation, and nothing of what runs here', async () => {
    const page = await fetch(`${campus.url}/docs`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    for (const answer of [
      page,
      await fetch(`${campus.url}/api/v1/patrols`),
      await fetch(`${campus.url}/nowhere`),
    ]) {
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-powered-by')).toBeNull();
      expect(answer.headers.get('server')).toBeNull();
    }
    expect((await fetch(`${campus.url}/api/v1/patrols`)).headers.get('cache-control')).toBe('no-store');
  });
});
