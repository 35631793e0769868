import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService } from '../campus.ts';
import { type FaultPostgres, startFaultPostgres } from '../fault-postgres.ts';
import { grpcClient } from '../grpc-client.ts';
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

test('of a caller who waits for less than the service does, the statement and its place are given up with them', async () => {
  const patient = await startTestService({
    environment: {
      DATABASE_URL: postgres.url,
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DATABASE_TIMEOUT_SECONDS: '60',
    },
  });
  const rpc = await grpcClient(patient.service.grpcPort);
  try {
    const entryOf = async (entrance: number) => {
      const place = { date: '2025-12-01', building: '8', entrance };
      const { patrol_id } = (await rpc.call('CreatePatrol', place)).message;
      const { entries } = (await rpc.call('GetPatrolDetails', { patrol_id })).message;
      return { patrol_id, patrol_entry_id: entries[0].patrol_entry_id };
    };
    const [held, free] = [await entryOf(2), await entryOf(3)];
    const markOf = async (entry: typeof held, deadlineMs: number) =>
      (await rpc.call('UpdatePatrolEntry', { ...entry, is_present: true }, { deadlineMs })).code;
    await other.query('begin');
    await other.query('select from patrols where patrol_id = $1 for update', [held.patrol_id]);
    const late = await Promise.all(Array.from({ length: POOL_SIZE }, () => markOf(held, 500)));
    expect(new Set(late)).toEqual(new Set([status.DEADLINE_EXCEEDED]));
    // Nothing else ends them within this test.
    const waiting =
      "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await postgres.sql(waiting)).length > 0) await pause(20);
    expect(await markOf(free, 10_000)).toBe(status.OK);
    await other.query('rollback');
  } finally {
    rpc.close();
    await patient.close();
  }
});
