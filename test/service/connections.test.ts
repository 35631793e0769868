import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { relayTo } from '../../infra/lambda/tcp-relay.ts';
import { type Connections, openConnections } from '../../lib/patrols/connections.ts';
import { databaseFault, NoConnection } from '../../lib/patrols/database-fault.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';

const LIMIT_MS = 10_000;
const ME = 'select pg_backend_pid() as pid';
const SLEEP = 'select pg_sleep(60)';

let campus: TestCampus;
let connections: Connections;

beforeEach(async () => {
  campus = await openTestCampus();
  connections = open(campus.config.databaseUrl);
});
afterEach(async () => {
  await connections.close();
  await campus.close();
});

/** A pool with one place. */
function open(url: string, limitMs = LIMIT_MS): Connections {
  const { telemetry } = campus.surroundings;
  return openConnections({ url, poolSize: 1, limitMs, telemetry });
}

function run(text: string, withinMs = LIMIT_MS, on = connections) {
  return on.run({ text }, withinMs);
}

/** Resolves once PostgreSQL sleeps for a statement of the service. */
async function untilAsleep(): Promise<void> {
  while ((await campus.sql("select from pg_stat_activity where wait_event = 'PgSleep'")).length === 0);
}

function terminate(condition: string) {
  return campus.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );
}

test('a connection stays open from statement to statement, also when one has nothing to give', async () => {
  const [before] = await run(ME);
  expect(await run('select where false')).toEqual([]);
  expect(await run(ME)).toEqual([before]);
});

test('a connection that breaks under a statement fails that alone, as a database that is away', async () => {
  const broken = run(SLEEP).catch(databaseFault);
  await untilAsleep();
  await terminate("wait_event = 'PgSleep'");
  expect(await broken).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(await run('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a connection that the network cuts under a statement fails that, and ends nothing else', async () => {
  const url = new URL(campus.config.databaseUrl);
  const relay = await relayTo(Number(url.port));
  url.port = String(relay.port);
  const relayed = open(url.href);
  const broken = run(SLEEP, LIMIT_MS, relayed).catch(databaseFault);
  await untilAsleep();
  relay.close();
  expect(await broken).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await relayed.close();
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
  const url = new URL(campus.config.databaseUrl);
  const relay = await relayTo(Number(url.port));
  url.port = String(relay.port);
  const silent = open(url.href);
  try {
    const [before] = await run(ME, LIMIT_MS, silent);
    relay.silence();
    await expect(run(ME, 100, silent)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await run(ME, LIMIT_MS, silent)).not.toEqual([before]);
  } finally {
    await silent.close();
    relay.close();
  }
});

test('whoever waits in vain is counted, for an answer or for a connection', async () => {
  const url = new URL(campus.config.databaseUrl);
  const relay = await relayTo(Number(url.port));
  url.port = String(relay.port);
  const limitMs = 300;
  const silent = open(url.href, limitMs);
  try {
    await run(ME, limitMs, silent);
    relay.silence();
    const inVain = await Promise.allSettled([run(ME, limitMs, silent), run(ME, limitMs, silent)]);
    expect(inVain.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const metrics = await campus.surroundings.telemetry.metrics.text();
    expect(metrics).toMatch(/^db_client_connection_timeouts_total\{.*\} 2$/m);
  } finally {
    await silent.close();
    relay.close();
  }
});

test('a statement that waited for a connection in vain is not begun afterwards', async () => {
  const holding = run('select pg_sleep(0.5)');
  await untilAsleep();
  await expect(run('create table late ()', 100)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await holding;
  expect(await run("select to_regclass('late') as late")).toEqual([{ late: null }]);
});

test('a statement that PostgreSQL refuses keeps nobody from the next', async () => {
  await expect(run('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(await run('select 1 as one')).toEqual([{ one: 1 }]);
});

test('where there is no connection to be had, PostgreSQL is away and its reason is told', async () => {
  const url = new URL(campus.config.databaseUrl);
  url.pathname = '/nowhere';
  const nowhere = open(url.href);
  const refusal = await run(ME, LIMIT_MS, nowhere).catch((error: unknown) => error);
  await nowhere.close();
  expect(refusal).toBeInstanceOf(NoConnection);
  expect(databaseFault(refusal).code).toBe('SERVICE_UNAVAILABLE');
  expect(String(refusal)).toContain('database "nowhere" does not exist');
});

test('closing waits for the statement that is under way, however often it is asked for', async () => {
  const pool = open(campus.config.databaseUrl);
  const under = run("select pg_sleep(0.2), 'done' as state", LIMIT_MS, pool);
  await untilAsleep();
  let isAnswered = false;
  const answered = under.then(() => {
    isAnswered = true;
  });
  await Promise.all([pool.close(), pool.close()]);
  expect(isAnswered).toBe(true);
  await answered;
});
