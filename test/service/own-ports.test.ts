import { afterEach, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';

const started: Awaited<ReturnType<typeof startTestService>>[] = [];
afterEach(async () => {
  for (const campus of started.splice(0)) await campus.close();
});

async function start(environment: Record<string, string>) {
  const campus = await startTestService({ environment });
  started.push(campus);
  const statusOf = async (path: string, url = campus.url) => (await fetch(`${url}${path}`)).status;
  return { ...campus, statusOf };
}

test('METRICS_PORT moves the metrics to a port that has nothing else', async () => {
  const { statusOf, service, url } = await start({ METRICS_PORT: '0' });
  const own = `http://127.0.0.1:${service.metricsPort}`;
  const scrape = await fetch(`${own}/metrics`);
  expect([scrape.status, scrape.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(await scrape.text()).toContain('process_cpu_time_seconds_total');
  expect(await statusOf('/metrics')).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  for (const path of ['/api/v1/patrols', '/docs', '/health/liveness', '/metrics?x=1', '/'])
    expect(await statusOf(path, own)).toBe(404);
  expect((await fetch(`${own}/metrics`, { method: 'POST' })).status).toBe(404);
});

test('without METRICS_PORT the metrics are on the port of REST', async () => {
  const { statusOf, service } = await start({});
  expect(await statusOf('/metrics')).toBe(200);
  expect(service.metricsPort).toBeUndefined();
});

test('API_DOCS=off serves no documentation, and all else', async () => {
  const { statusOf, url } = await start({ API_DOCS: 'off' });
  for (const path of ['/docs', '/docs/', '/docs/json', '/openapi.json']) {
    expect(await statusOf(path)).toBe(404);
    expect((await fetch(`${url}${path}`, { method: 'POST' })).status).toBe(404);
  }
  expect(await statusOf('/health/liveness')).toBe(200);
  expect(await statusOf('/api/v1/patrols')).toBe(401);
});
