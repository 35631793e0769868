import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { cloneTemplate, startTestService } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { type Answer, type RestClient, restClient } from '../rest-client.ts';

const POOL_SIZE = 5;

let relay: Awaited<ReturnType<typeof relayToDatabase>>;
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeEach(async () => {
  relay = await relayToDatabase(await cloneTemplate());
  campus = await startTestService({
    environment: {
      DATABASE_URL: relay.url,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DATABASE_TIMEOUT_SECONDS: '1',
    },
  });
  call = await restClient(campus.url);
});
afterEach(async () => {
  await campus.close();
  relay.close();
});

const statuses = (requests: readonly Promise<{ readonly status: number }>[]) =>
  Promise.all(requests).then((answers) => answers.map(({ status }) => status));

/** Has a connection made for each place of the pool, and leaves them idle. Gives a patrol. */
async function fillPool(): Promise<Answer> {
  const body = { date: '2025-12-01', building: '8', entrance: 1 };
  const patrol = await call('POST', '/patrols', { body });
  await Promise.all(Array.from({ length: POOL_SIZE }, () => call('GET', '/patrols')));
  return patrol;
}

const markOf = ({ patrol_id, entries: [entry] }: Answer['body']) =>
  `/patrols/${patrol_id}/${entry.patrol_entry_id}`;

test('of a pool whose connections all went silent one request is lost, and not one for each connection', async () => {
  const { body: patrol } = await fillPool();
  relay.silence();
  const mark = () => call('PATCH', markOf(patrol), { body: { is_present: true } });
  expect(await statuses([mark()])).toEqual([503]);
  for (let turn = 0; turn < POOL_SIZE; turn += 1) expect(await statuses([mark()])).toEqual([200]);
});

test('a statement that waits for a lock while others are answered costs its own connection, and no other', async () => {
  const { body: patrol } = await fillPool();
  const locking = new pg.Client({ connectionString: campus.environment.DATABASE_URL });
  await locking.connect();
  const backends = async () => {
    const { rows } = await locking.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return rows.map(({ pid }) => pid);
  };
  const before = await backends();
  await locking.query('begin; lock table public.patrol_entries in access exclusive mode');
  const late = call('PATCH', markOf(patrol), { body: { is_present: true } });
  const isReady = async () => (await fetch(`${campus.url}/health/readiness`)).status;
  for (const _turn of Array(10)) {
    expect(await isReady()).toBe(200);
    await pause(50);
  }
  expect(await statuses([late])).toEqual([503]);
  await locking.query('rollback');
  const ended = async () => {
    const after = await backends();
    return before.filter((pid) => !after.includes(pid));
  };
  // A backend ends a moment after its caller was answered.
  while ((await ended()).length === 0) await pause(20);
  expect(await ended()).toHaveLength(1);
  await locking.end();
});
