import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService } from '../campus.ts';
import { type FaultPostgres, startFaultPostgres } from '../fault-postgres.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const POOL_SIZE = 10;
/** A fifth of the pool: connections whose statement was given up, and is being cancelled. */
const BEING_CANCELLED = 2;

let postgres: FaultPostgres;
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
/** Holds what is held. */
let other: pg.Client;

beforeEach(async () => {
  postgres = await startFaultPostgres();
  campus = await startTestService({
    environment: {
      DATABASE_URL: postgres.url,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DATABASE_TIMEOUT_SECONDS: '2',
    },
  });
  call = await restClient(campus.url);
  other = new pg.Client({ connectionString: postgres.url, application_name: 'other' });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await campus.close();
  await postgres.stop();
});

/** The service's statements that are under way or given up, and its idle connections. */
async function backends(): Promise<number> {
  const [row] = await postgres.sql<{ found: number }>(
    `select count(*)::int as found from pg_stat_activity
     where backend_type = 'client backend' and datname = current_database() and application_name <> 'other'
       and pid <> pg_backend_pid()`,
  );
  return row?.found ?? 0;
}

async function startedPatrol() {
  const { body } = await call('POST', '/patrols', {
    body: { date: '2025-12-01', building: '8', entrance: 1 },
  });
  const marks = body.entries.map(
    ({ patrol_entry_id }: { patrol_entry_id: string }) => `/patrols/${body.patrol_id}/${patrol_entry_id}`,
  );
  let turn = 0;
  return () => {
    turn += 1;
    return call('PATCH', marks[turn % marks.length], { body: { is_present: true } });
  };
}

/** Keeps marks coming until so many were answered 503; returns the most backends that were seen meanwhile. */
async function markUntil(refused: number, mark: () => ReturnType<RestClient>, meanwhile = async () => {}) {
  let most = 0;
  let left = refused;
  const marking: Promise<void>[] = [];
  while (left > 0) {
    for (const _one of Array(POOL_SIZE)) {
      marking.push(
        mark().then(({ status }) => {
          if (status === 503) left -= 1;
        }),
      );
    }
    for (const _look of Array(10)) {
      await meanwhile();
      most = Math.max(most, await backends());
      await pause(20);
    }
  }
  return { most, over: Promise.all(marking) };
}

test('while a lock is held, marks that are given up leave no statements behind in PostgreSQL', async () => {
  const mark = await startedPatrol();
  await other.query('begin; lock table public.patrol_entries in access exclusive mode');
  const { most, over } = await markUntil(100, mark);
  await other.query('rollback');
  await over;
  expect(most).toBeLessThanOrEqual(POOL_SIZE + BEING_CANCELLED);
  expect((await mark()).status).toBe(200);
});

test('while a synchronous standby is away, lists are read, and marks that are given up do not pile up', async () => {
  const mark = await startedPatrol();
  await other.query("alter system set synchronous_standby_names = 'away'");
  await other.query('select pg_reload_conf()');
  while ((await other.query('show synchronous_standby_names')).rows[0].synchronous_standby_names === '');
  const lists: number[] = [];
  const { most, over } = await markUntil(100, mark, async () => {
    lists.push((await call('GET', '/patrols')).status);
  });
  await other.query('alter system reset synchronous_standby_names');
  await other.query('select pg_reload_conf()');
  await over;
  expect(new Set(lists)).toEqual(new Set([200]));
  expect(most).toBeLessThanOrEqual(POOL_SIZE + BEING_CANCELLED);
  expect((await mark()).status).toBe(200);
});
