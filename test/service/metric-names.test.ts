import { spawnSync } from 'node:child_process';
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
