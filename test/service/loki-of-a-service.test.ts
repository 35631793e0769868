import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LokiStandIn, startLokiStandIn } from '../../infra/local/loki-stand-in.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { MAX_LINE_BYTES } from '../../lib/telemetry/log-bound.ts';
import { openTestCampus, startTestService } from '../campus.ts';
import { restClient } from '../rest-client.ts';

const ids = { 'x-trace-id': '0af76519-16cd-43dd-8448-eb211c80319c', 'x-correlation-id': 'night-7' };

let loki: LokiStandIn;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  loki = await startLokiStandIn();
  closing.push(() => loki.stop());
});
afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

test('a request’s line arrives in Loki as it is on stdout, found by few labels and by its trace id', async () => {
  // A secret of its own, as production demands: the request is refused, and leaves its line like any other.
  const production = {
    ENVIRONMENT: 'production',
    JWT_SECRET_KEY: 'the secret of this test and of nobody else',
  };
  const campus = await startTestService({ environment: { LOKI_URL: loki.url, ...production } });
  closing.push(() => campus.close());
  const call = await restClient(campus.url);
  await call('GET', '/patrols', { headers: ids });
  await campus.surroundings.telemetry.flush();
  const lines = loki.pushes
    .flatMap((push) => push.lines)
    .filter(({ text }) => text.includes(ids['x-trace-id']));
  const onStdout = campus.logged.filter(({ trace_id }) => trace_id === ids['x-trace-id']);
  expect(lines.map(({ text }) => JSON.parse(text))).toEqual(onStdout);
  const [line] = lines;
  expect(line?.labels).toEqual({ service: 'patrol-service', environment: 'production', level: 'INFO' });
  expect(line?.time).toBe(`${onStdout[0]?.time}000000`);
  const metrics = await (await fetch(`${campus.url}/metrics`)).text();
  expect(metrics).toMatch(/^patrol_log_dropped_total\{destination="loki"\} 0$/m);
  expect(Number(/^patrol_log_pushed_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
});

test.each([
  ['campus-1', 'campus-1'],
  [undefined, undefined],
])(
  'LOKI_TENANT_ID=%s is sent as X-Scope-OrgID, to a push address in full too',
  async (LOKI_TENANT_ID, sent) => {
    const environment = {
      LOKI_URL: `${loki.url}/loki/api/v1/push`,
      ...(LOKI_TENANT_ID !== undefined && { LOKI_TENANT_ID }),
    };
    const campus = await startTestService({ environment });
    closing.push(() => campus.close());
    await campus.surroundings.telemetry.flush();
    const [push] = loki.pushes;
    expect(push?.path).toBe('/loki/api/v1/push');
    expect(push?.headers['x-scope-orgid']).toBe(sent);
  },
);

test('no line is over 8 KiB, on stdout and in Loki, whatever a caller sends and however a peer fails', async () => {
  const campus = await startTestService({ environment: { LOKI_URL: loki.url, GRPC_MAX_RETRIES: '0' } });
  closing.push(() => campus.close());
  const call = await restClient(campus.url);
  const long = 'x'.repeat(14_000);
  await call('GET', `/patrols/${long}`, { headers: ids });
  await call('GET', `/${long}`, { headers: ids });
  await call('GET', `/patrols?${long}=1`, { headers: ids });
  await call('GET', '/patrols', { headers: { 'x-correlation-id': long } });
  const fields = Array.from({ length: 1500 }, (_, at) => `f${at}=1`).join('&');
  await call('GET', `/patrols?${fields}`);
  campus.auth.replace('ValidateToken', () => {
    throw statusError(grpc.status.INTERNAL, 'failed '.repeat(900));
  });
  expect((await call('GET', '/patrols')).status).toBe(503);
  await campus.surroundings.telemetry.flush();
  const texts = loki.texts();
  expect(texts).toHaveLength(campus.logged.length);
  expect(texts.map((text) => JSON.parse(text))).toEqual(expect.arrayContaining(campus.logged));
  expect(texts.filter((text) => Buffer.byteLength(text) >= MAX_LINE_BYTES)).toEqual([]);
  const cut = campus.logged.flatMap((line) => (line.cut ? [line.cut] : []));
  expect(cut).toContainEqual(expect.objectContaining({ 'err.cause.message': expect.any(Number) }));
});

test('a Loki that never answers slows and fails nothing, and what it did not take is said on stdout', async () => {
  loki.answer('hang');
  const campus = await startTestService({ environment: { LOKI_URL: loki.url } });
  const call = await restClient(campus.url);
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => (await call('GET', '/patrols', { headers: ids })).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  await campus.close();
  const lost = campus.logged.filter(({ msg }) => msg === 'Loki does not take log lines');
  expect(lost.at(-1)).toMatchObject({ level: 'WARNING', dropped: expect.any(Number) });
  expect(Number(lost.at(-1)?.dropped)).toBeGreaterThanOrEqual(50);
});

test('the last lines of a process that is told to stop arrive', async () => {
  const campus = await openTestCampus();
  closing.push(() => campus.close());
  const service = spawn(process.execPath, ['lib/bin/main.ts'], {
    env: { ...campus.environment, LOKI_URL: loki.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  service.stdout.on('data', (chunk) => {
    said.push(String(chunk));
    if (said.join('').includes('patrol-service is ready')) ready.resolve();
  });
  const exited = once(service, 'exit');
  await ready.promise;
  service.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(`${loki.texts().join('\n')}\n`).toBe(said.join(''));
  expect(loki.texts().at(-1)).toContain('stopping');
});
