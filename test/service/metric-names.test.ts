import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';
import { scrapeOf } from '../metrics-text.ts';
import { liveAnEvening } from '../whole-evening.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let text: string;

beforeAll(async () => {
  campus = await startTestService();
  await liveAnEvening(campus);
  text = await scrapeOf(campus.url);
});
afterAll(() => campus.close());

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

(hasPromtool ? test : test.skip)('promtool finds nothing to say about the metrics', () => {
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect([checked.stderr, checked.stdout, checked.status]).toEqual(['', '', 0]);
});

test('durations, times and sizes say their unit, and counters that they are some', () => {
  const names = new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type]) => [name, type]),
  );
  expect(names.get('http_server_request_duration_seconds')).toBe('histogram');
  expect(names.get('process_memory_usage_bytes')).toBe('gauge');
  expect(names.get('process_cpu_time_seconds_total')).toBe('counter');
  expect(names.get('patrol_census_timestamp_seconds')).toBe('gauge');
  expect(names.get('db_client_connections')).toBe('gauge');
});

/** Told only with Loki, or once it has happened. */
const SELDOM = ['patrol_log_pushed_total', 'patrol_log_waiting', 'db_client_connection_timeouts_total'];

const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));

test.each([
  'grafana/dashboards/service.json',
  'grafana/dashboards/campus-tonight.json',
  'prometheus/alerts.yaml',
  'prometheus/recording.yaml',
])('%s asks for no metric that there is not', async (file) => {
  const known = new Set([
    ...SELDOM,
    ...[...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  ]);
  const asked = (await readFile(`${INFRA}${file}`, 'utf8')).matchAll(
    /\b(?:http_server|rpc|db_client|nodejs|v8js|process|patrol)_[a-z\d_]+(?=[{[])/g,
  );
  const unknown = [...new Set([...asked].map(([name]) => name))].filter((name) => !known.has(name));
  expect(unknown).toEqual([]);
});
