import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fillEvenings } from '../attendance-rows.ts';
import { bearer, shutDatabase, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeEach(async () => {
  // One connection: whoever held it would leave none for the others.
  campus = await startTestService({ environment: { DATABASE_POOL_SIZE: '1' } });
  call = await restClient(campus.url);
});
afterEach(() => campus.close());

const YEAR = '/patrols/report?date_from=2024-12-01&date_to=2025-12-01';

/** More than the kernel keeps for two connections: some 14 MB of patrols, each with one student. */
async function fillWithMuch(): Promise<void> {
  await fillEvenings(campus, { until: '2025-12-01', days: 366, entrances: 100, students: 1 });
}

/** Asks for the year's report, and reads nothing of it. */
async function unread(): Promise<IncomingMessage> {
  const headers = { authorization: await bearer('educator') };
  const [response] = await once(get(`${campus.url}/api/v1${YEAR}`, { headers, agent: false }), 'response');
  response.on('error', () => {});
  return response;
}

test('many who ask at once are all served', async () => {
  await fillEvenings(campus, { until: '2025-12-01', days: 30, entrances: 8, students: 10 });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => call('GET', '/patrols/report?date_from=2025-11-02&date_to=2025-12-01')),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

test('twenty who do not read hold no connection of PostgreSQL, and no place once they have gone', async () => {
  await fillWithMuch();
  const readers = await Promise.all(Array.from({ length: 20 }, unread));
  const another = await call('GET', YEAR);
  expectError(another, 'SERVICE_UNAVAILABLE');
  expect(another.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await call('GET', '/patrols')).status).toBe(200);
  const [open] = await campus.sql<{ count: number }>(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and state like 'idle in transaction%'`,
  );
  expect(open?.count).toBe(0);
  for (const reader of readers) reader.destroy();
  const lines = () => campus.logged.filter(({ status_code }) => status_code === 499);
  while (lines().length < readers.length) await new Promise((resolve) => setImmediate(resolve));
  // Its stream ends with the connection; a part that was under way is read before.
  let status = 503;
  while (status === 503) {
    const answer = await call('GET', `/patrols/report?date_from=2025-12-01&date_to=2025-12-01`);
    status = answer.status;
  }
  expect(status).toBe(200);
});

test('PostgreSQL going in the middle breaks the body off, and is logged once', async () => {
  await fillWithMuch();
  const response = await unread();
  const letIn = await shutDatabase(campus.config.databaseUrl);
  const reading = async () => {
    for await (const _chunk of response);
  };
  await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect([response.statusCode, response.complete]).toEqual([200, false]);
  const logged = (msg: string) => campus.logged.filter((line) => line.msg === msg);
  while (logged('request').length < 1) await new Promise((resolve) => setImmediate(resolve));
  expect(logged('request')).toMatchObject([{ status_code: 503, error_code: 'SERVICE_UNAVAILABLE' }]);
  expect(logged('a request could not be served')).toHaveLength(1);
  await letIn();
});

test('PostgreSQL being away before the first byte is an ordinary error, of every format', async () => {
  const letIn = await shutDatabase(campus.config.databaseUrl);
  for (const format of ['json', 'csv', 'xlsx'])
    expectError(await call('GET', `${YEAR}&format=${format}`), 'SERVICE_UNAVAILABLE');
  await letIn();
});

test.each(['json', 'csv', 'xlsx'])('%s of 366 days takes no more memory than of one', async (format) => {
  await fillEvenings(campus, { until: '2025-12-01', days: 366, entrances: 8, students: 40 });
  const peak = async (from: string) => {
    const script = fileURLToPath(new URL('../report-memory.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', script, from, '2025-12-01', format],
      { env: { ...campus.environment, GRPC_TRUST_USER_METADATA: 'false' } },
    );
    return JSON.parse(stdout);
  };
  const [day, year] = [await peak('2025-12-01'), await peak('2024-12-01')];
  expect(year.bytes).toBeGreaterThan(10 * day.bytes);
  // 117,120 entries and 3,248 rows, against 320 of both.
  expect(year.peak).toBeLessThan(1.2 * day.peak);
});
