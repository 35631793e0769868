import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shutDatabase, startTestService } from '../campus.ts';
import { scrapeOf, sumOf } from '../metrics-text.ts';
import { restClient } from '../rest-client.ts';
import { liveAnEvening } from '../whole-evening.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let text: string;

beforeAll(async () => {
  campus = await startTestService({
    environment: { GRPC_MAX_RETRIES: '0', DATABASE_POOL_SIZE: '7', LEAVE_LOOKBACK_DAYS: '0' },
  });
  await liveAnEvening(campus);
  text = await scrape();
});
afterAll(() => campus.close());

const scrape = () => scrapeOf(campus.url);

describe('requests', () => {
  const rest = 'http_server_request_duration_seconds_count';
  const rpc = 'rpc_server_duration_seconds_count';

  test.each<[string, Record<string, string>, number]>([
    [rest, { operation: 'CreatePatrol', http_route: '/api/v1/patrols', http_response_status_code: '201' }, 1],
    [rest, { operation: 'CreatePatrol', http_response_status_code: '409' }, 1],
    [rest, { operation: 'CreatePatrol', http_response_status_code: '503', error_type: '503' }, 1],
    [rest, { operation: 'UpdatePatrolEntry', http_route: '/api/v1/patrols/{patrolId}/{patrolEntryId}' }, 2],
    [rest, { http_route: 'unmatched', http_response_status_code: '404' }, 3],
    [
      rpc,
      { rpc_service: 'campus.patrol.PatrolService', rpc_method: 'CreatePatrol', rpc_grpc_status_code: '0' },
      1,
    ],
    [rpc, { rpc_method: 'CreatePatrol', rpc_grpc_status_code: '14' }, 1],
    [rpc, { rpc_method: 'ListPatrols', rpc_grpc_status_code: '16' }, 1],
    [
      'rpc_client_duration_seconds_count',
      { peer_service: 'application-service', rpc_grpc_status_code: '14' },
      2,
    ],
    ['rpc_client_duration_seconds_count', { rpc_method: 'GetApprovedLeaves', rpc_grpc_status_code: '0' }, 3],
    ['db_client_operation_duration_seconds_count', { db_operation_name: 'start_patrol' }, 3],
    [
      'db_client_operation_duration_seconds_count',
      { db_operation_name: 'read_patrol', error_type: 'INTERNAL_ERROR' },
      1,
    ],
  ])('%s %j is %d', (name, labels, expected) => {
    expect(sumOf(text, name, labels)).toBe(expected);
  });

  test('durations are seconds, in buckets', () => {
    expect(
      sumOf(text, 'http_server_request_duration_seconds_bucket', { operation: 'CreatePatrol', le: '+Inf' }),
    ).toBe(4);
    expect(sumOf(text, 'http_server_request_duration_seconds_sum')).toBeLessThan(30);
  });

  test('whatever callers send, no id and no path as it came becomes a label', async () => {
    for (const path of ['/api/v1/patrols/../x', '/%2e%2e/etc', '/api/v1/patrols/a/b/c', '//', '/metrics/x']) {
      await fetch(`${campus.url}${path}`);
    }
    await fetch(`${campus.url}/nowhere`, { method: 'PATCH' });
    const metrics = (await scrape()).split('\n').filter((line) => !line.startsWith('target_info'));
    expect(metrics.join('\n')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    const routes = new Set(metrics.flatMap((line) => /http_route="([^"]*)"/.exec(line)?.[1] ?? []));
    expect([...routes].toSorted()).toEqual([
      '/api/v1/patrols',
      '/api/v1/patrols/{patrolId}',
      '/api/v1/patrols/{patrolId}/{patrolEntryId}',
      '/metrics',
      'unmatched',
    ]);
  });

  test('methods that are not HTTP’s own nine are one, however many there are', async () => {
    for (const method of ['PROPFIND', 'MKCOL', 'LOCK', 'SEARCH', 'M-SEARCH', 'QUERY']) {
      await fetch(`${campus.url}/api/v1/patrols`, { method });
    }
    const metrics = await scrape();
    const methods = metrics
      .split('\n')
      .flatMap((line) => /http_request_method="([^"]*)"/.exec(line)?.[1] ?? []);
    expect([...new Set(methods)].toSorted()).toEqual(['DELETE', 'GET', 'PATCH', 'POST', '_OTHER']);
    const other = { http_request_method: '_OTHER' };
    expect(sumOf(metrics, 'http_server_request_duration_seconds_count', other)).toBe(6);
    expect(sumOf(metrics, 'http_server_active_requests', other)).toBe(0);
  });

  test('none is in flight when none is', () => {
    expect(sumOf(text, 'http_server_active_requests')).toBe(1);
  });
});

describe('the campus', () => {
  test('patrols started and handed in are counted by entrance, marks by presence', () => {
    expect(sumOf(text, 'patrol_started_total', { building: '8', entrance: '2' })).toBe(1);
    expect(sumOf(text, 'patrol_started_total')).toBe(2);
    expect(sumOf(text, 'patrol_completed_total')).toBe(1);
    expect(sumOf(text, 'patrol_entries_marked_total', { presence: 'present' })).toBe(2);
    expect(sumOf(text, 'patrol_entries_marked_total', { presence: 'absent' })).toBe(2);
  });

  test('tonight is seen entrance by entrance, whoever has not been looked for too', async () => {
    const [{ unchecked = -1 } = {}] = await campus.sql<{ unchecked: number }>(
      `select count(*)::int as unchecked from patrol_entries join patrols using (patrol_id)
       where is_present is null and status = 'in_progress'`,
    );
    expect(unchecked).toBeGreaterThan(0);
    expect(
      sumOf(text, 'patrol_entries_unchecked', { building: '9', entrance: '1', evening: 'tonight' }),
    ).toBe(unchecked);
    expect(sumOf(text, 'patrol_entries_unchecked')).toBe(unchecked);
    expect(sumOf(text, 'patrol_patrols', { building: '8', entrance: '2', status: 'completed' })).toBe(1);
    expect(sumOf(text, 'patrol_patrols', { building: '8', entrance: '4', status: 'in_progress' })).toBe(0);
    expect(sumOf(text, 'patrol_entries', { building: '8', entrance: '2', state: 'present' })).toBe(1);
  });

  test('the time that the evening was last counted at is there', () => {
    expect(sumOf(text, 'patrol_census_timestamp_seconds')).toBe(campus.clock.now.getTime() / 1000);
  });

  test('at five in the morning it is still tonight, at seven a patrol left open is an earlier one', async () => {
    const before = campus.clock.now;
    campus.clock.now = new Date('2025-12-02T02:00:00Z');
    const unchecked = { building: '9', entrance: '1' };
    expect(
      sumOf(await scrape(), 'patrol_entries_unchecked', { ...unchecked, evening: 'tonight' }),
    ).toBeGreaterThan(0);
    campus.clock.now = new Date('2025-12-02T04:00:00Z');
    const later = await scrape();
    expect(sumOf(later, 'patrol_entries_unchecked', { ...unchecked, evening: 'tonight' })).toBe(0);
    expect(sumOf(later, 'patrol_entries_unchecked', { ...unchecked, evening: 'earlier' })).toBeGreaterThan(0);
    campus.clock.now = before;
  });
});

test('pool, process and build are there', async () => {
  await fetch(`${campus.url}/health/readiness`);
  text = await scrape();
  expect(sumOf(text, 'db_client_connection_max')).toBe(7);
  expect(sumOf(text, 'db_client_connection_pending_requests')).toBe(0);
  expect(sumOf(text, 'db_client_connections')).toBeGreaterThan(0);
  expect(sumOf(text, 'nodejs_eventloop_delay_p99_seconds')).toBeGreaterThan(0);
  expect(sumOf(text, 'process_cpu_time_seconds_total')).toBeGreaterThan(0);
  expect(sumOf(text, 'process_memory_usage_bytes')).toBeGreaterThan(2 ** 20);
  expect(sumOf(text, 'patrol_build_info')).toBe(1);
});

test('with the database away the other metrics are still read, and say so', async () => {
  const openDatabase = await shutDatabase(campus.environment.DATABASE_URL ?? '');
  const metrics = await scrape().finally(openDatabase);
  expect(sumOf(metrics, 'patrol_readiness', { check: 'database' })).toBe(0);
  expect(sumOf(metrics, 'patrol_readiness', { check: 'auth-service' })).toBe(1);
  expect(sumOf(metrics, 'patrol_started_total')).toBe(2);
  // What was last known of the evening stays, with the time that it was known at.
  expect(sumOf(metrics, 'patrol_entries_unchecked')).toBe(sumOf(text, 'patrol_entries_unchecked'));
  expect(sumOf(metrics, 'patrol_census_timestamp_seconds')).toBe(
    sumOf(text, 'patrol_census_timestamp_seconds'),
  );
});

test('a caller who goes away is counted once, as 499, and is not in flight any more', async () => {
  campus.logged.length = 0;
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  campus.auth.replace('ValidateToken', async () => {
    asked.resolve();
    await answer.promise;
    throw new Error('nobody waits');
  });
  const leaving = new AbortController();
  const ask = await restClient(campus.url);
  const call = ask('GET', '/patrols', { signal: leaving.signal });
  await asked.promise;
  leaving.abort();
  await expect(call).rejects.toThrow('aborted');
  // The line is there once the service has seen the socket close; only then may the peer answer.
  while (!campus.logged.some(({ msg }) => msg === 'request')) await new Promise(setImmediate);
  answer.resolve();
  const metrics = await scrape();
  campus.auth.restore();
  const lines = campus.logged.filter(({ msg, path }) => msg === 'request' && path === '/api/v1/patrols');
  expect(lines).toEqual([expect.objectContaining({ status_code: 499 })]);
  expect(
    sumOf(metrics, 'http_server_request_duration_seconds_count', { http_response_status_code: '499' }),
  ).toBe(1);
  expect(sumOf(metrics, 'http_server_active_requests', { http_request_method: 'GET' })).toBe(1);
});
