import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { sql } from 'slonik';
import Type from 'typebox';
import type { TcpRelay } from '../../infra/lambda/tcp-relay.ts';
import { openDatabase } from '../../lib/database/database.ts';
import { databaseError } from '../../lib/database/errors.ts';
import type { Pool } from '../../lib/database/pool.ts';
import { rowSchema } from '../../lib/database/row-schema.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { LIMIT_MS, openPoolOfOne, run as runOn } from '../pool-of-one.ts';

const ME = 'select pg_backend_pid() as pid';
/** Waits for `other`, which has it from the start. */
const WAIT = "select pg_advisory_lock(1), 'had it' as state";

let campus: TestCampus;
let other: pg.Client;
let pool: Pool;

beforeEach(async () => {
  campus = await openTestCampus();
  other = new pg.Client({ connectionString: campus.config.databaseUrl });
  await other.connect();
  await other.query('select pg_advisory_lock(1)');
  pool = await openPoolOfOne(campus, campus.config.databaseUrl);
});
afterEach(async () => {
  await pool.close();
  await other.end();
  await campus.close();
});

const run = (text: string, on = pool, withinMs = LIMIT_MS) => runOn(on, text, withinMs);

/** Opens a pool behind a relay for a piece of work. */
async function relayed(limitMs: number, work: (pool: Pool, relay: TcpRelay) => Promise<void>) {
  const relay = await relayToDatabase(campus.config.databaseUrl);
  const pool = await openPoolOfOne(campus, relay.url, limitMs);
  try {
    await work(pool, relay);
  } finally {
    await pool.close();
    relay.close();
  }
}

/** Opens a pool towards somebody who takes connections and says nothing, and tells when the first has come. */
async function towardsSilence(
  limitMs: number,
  work: (pool: Pool, connected: Promise<unknown>) => Promise<void>,
) {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const connected = once(silent, 'connection');
  const url = new URL(campus.config.databaseUrl);
  // A listener on a host and port has an address of this kind, never a pipe's name.
  url.port = String((silent.address() as AddressInfo).port);
  const pool = await openPoolOfOne(campus, url.href, limitMs);
  try {
    await work(pool, connected);
  } finally {
    await pool.close();
    const [socket] = await connected;
    socket.destroy();
    silent.close();
  }
}

function terminate(condition: string) {
  return campus.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid not in (pg_backend_pid(), $1) and ${condition}`,
    // The driver knows it; its types do not.
    [(other as pg.Client & { readonly processID: number }).processID],
  );
}

/** The pool's figures as Prometheus reads them, by name and state. */
async function figures(): Promise<Map<string, number>> {
  const text = await campus.surroundings.telemetry.metrics.text();
  const lines = text.matchAll(/^db_client_connection(s|_\w+)\{(?:.*state="(\w+)")?.*\} (\d+)$/gm);
  return new Map(
    [...lines].map(([, name = '', state, value]) => [state ? `${name} ${state}` : name, Number(value)]),
  );
}

/** How many connections are used and idle, and how many statements wait for one. */
async function poolState() {
  const all = await figures();
  return ['s used', 's idle', '_pending_requests'].map((name) => all.get(name));
}

test('a connection stays open from statement to statement, also when one has nothing to give', async () => {
  const [before] = await run(ME);
  expect(await run('select where false')).toEqual([]);
  expect(await run(ME)).toEqual([before]);
});

test('a connection that PostgreSQL ends under a statement fails that alone, as a database that is away', async () => {
  const broken = run(WAIT).catch(databaseError);
  await untilWaiting(campus, 1);
  await terminate("wait_event_type = 'Lock'");
  expect(await broken).toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: { code: '57P01' } });
  expect(await run('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a connection that the network cuts under a statement fails that, and ends nothing else', async () => {
  await relayed(LIMIT_MS, async (pool, relay) => {
    const broken = run(WAIT, pool).catch(databaseError);
    await untilWaiting(campus, 1);
    relay.close();
    expect(await broken).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      cause: { message: 'Connection terminated unexpectedly' },
    });
  });
});

test('an idle connection that PostgreSQL cuts is told in the log, and replaced', async () => {
  const [before] = await run(ME);
  await terminate('true');
  while (!campus.logged.some(({ msg }) => msg === 'a database connection was lost')) {
    await new Promise(setImmediate);
  }
  expect(await run(ME)).not.toEqual([before]);
});

test('a connection that went silent is given up at the limit, and its place is free', async () => {
  await relayed(LIMIT_MS, async (pool, relay) => {
    const [before] = await run(ME, pool);
    relay.silence();
    await expect(run(ME, pool, 100)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await run(ME, pool)).not.toEqual([before]);
  });
});

test('whoever waits in vain is counted, for an answer or for a connection', async () => {
  await relayed(1000, async (pool, relay) => {
    await run(ME, pool);
    relay.silence();
    const inVain = await Promise.allSettled([run(ME, pool), run(ME, pool)]);
    expect(inVain.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await figures()).get('_timeouts_total')).toBe(2);
  });
});

test('a statement that waited for a connection in vain is not begun afterwards', async () => {
  const holding = run(WAIT);
  await untilWaiting(campus, 1);
  await expect(run('create table late ()', pool, 100)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  await other.query('select pg_advisory_unlock(1)');
  await holding;
  expect(await run("select to_regclass('late') as late")).toEqual([{ late: null }]);
});

test('thousands who gave up waiting cost neither the process nor the next one in line anything', async () => {
  const holding = run(WAIT);
  await untilWaiting(campus, 1);
  const gaveUp = Array.from({ length: 5000 }, () => run(ME, pool, 100).catch(databaseError));
  const patient = run(ME);
  for (const fault of await Promise.all(gaveUp)) expect(fault).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await other.query('select pg_advisory_unlock(1)');
  await holding;
  expect(await patient).toHaveLength(1);
});

test('the figures say which connections are used, and how many statements wait for one', async () => {
  expect(await poolState()).toEqual([0, 0, 0]);
  const under = run(WAIT);
  await untilWaiting(campus, 1);
  const next = run(ME);
  expect(await poolState()).toEqual([1, 0, 1]);
  await other.query('select pg_advisory_unlock(1)');
  await Promise.all([under, next]);
  expect(await poolState()).toEqual([0, 1, 0]);
});

test('a connection that is still being opened is not a used one, and its statement waits for it', async () => {
  await towardsSilence(1000, async (pool, connected) => {
    const waiting = run(ME, pool).catch(databaseError);
    await connected;
    expect(await poolState()).toEqual([0, 0, 1]);
    expect(await waiting).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await poolState()).toEqual([0, 0, 0]);
  });
});

test('a statement that PostgreSQL refuses keeps nobody from the next', async () => {
  await expect(run('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(await run('select 1 as one')).toEqual([{ one: 1 }]);
});

test('closing waits for whoever is under way or waits for a connection, however often it is asked for', async () => {
  const pool = await openPoolOfOne(campus, campus.config.databaseUrl);
  const answered: string[] = [];
  const asked = [
    run(WAIT, pool).then(() => answered.push('first')),
    run(ME, pool).then(() => answered.push('second')),
  ];
  await untilWaiting(campus, 1);
  const closed = Promise.all([pool.close(), pool.close()]).then(() => answered.push('closed'));
  await other.query('select pg_advisory_unlock(1)');
  await Promise.all([...asked, closed]);
  expect(answered).toEqual(['first', 'second', 'closed']);
});

test('closing waits for what is asked because of an answer', async () => {
  const { telemetry } = campus.surroundings;
  const options = {
    url: campus.config.databaseUrl,
    poolSize: 1,
    limitMs: LIMIT_MS,
    telemetry,
    validatesRows: true,
  };
  // How far the clocks are apart is asked twice.
  const database = await openDatabase(options);
  await database.close();
  await expect(database.opened).resolves.toBeUndefined();
});

test('closing does not wait for a connection that nobody waits for any more', async () => {
  // Longer than any test may take.
  await towardsSilence(3_600_000, async (pool) => {
    const refusal = await run(ME, pool, 100).catch(databaseError);
    expect(refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await pool.close();
  });
});

test('a name that comes with another text is refused, and never runs the text that it had', async () => {
  const schema = rowSchema(Type.Object({ one: Type.Integer() }));
  expect(await pool.maybeOne(sql.prepared('named', schema)`select 1 as one`, LIMIT_MS)).toEqual({ one: 1 });
  const changed = pool.maybeOne(sql.prepared('named', schema)`select 2 as one`, LIMIT_MS);
  await expect(changed).rejects.toThrow("'named' was used for a different statement");
});
