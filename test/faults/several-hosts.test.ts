import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../../infra/local/postgres.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { postgresUrl } from '../../lib/settings/postgres-url.ts';
import { openTestCampus, startTestService } from '../campus.ts';
import { openPoolOfOne, run } from '../pool-of-one.ts';
import { restClient } from '../rest-client.ts';

const DATABASE = 'patrol_db';

let directory: string;
let primary: EmbeddedPostgres;
/** A copy of the primary that takes no changes until it is promoted. Nothing is replicated. */
let standby: EmbeddedPostgres;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'patrol-hosts-'));
  const one = { dataDirectory: join(directory, 'one'), port: 0, durable: false };
  const other = { ...one, dataDirectory: join(directory, 'other') };
  primary = await startEmbeddedPostgres(one);
  await ensureDatabase(primary, DATABASE);
  await migrateDatabase({ databaseUrl: primary.url(DATABASE), log: pino({ level: 'silent' }) });
  await untilAlone(primary.url(DATABASE));
  await primary.stop();
  // With its owner, as whom PostgreSQL runs.
  execFileSync('cp', ['-a', one.dataDirectory, other.dataDirectory]);
  await writeFile(join(other.dataDirectory, 'standby.signal'), '');
  [primary, standby] = await Promise.all([startEmbeddedPostgres(one), startEmbeddedPostgres(other)]);
});
afterEach(async () => {
  await Promise.all([primary.stop(), standby.stop()]);
  await rm(directory, { recursive: true, force: true });
});

/** Resolves when the migrations' connections are gone: graphile-migrate ends the process if one of them is cut. */
async function untilAlone(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const others =
    'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
  while ((await client.query(others)).rows.length > 0);
  await client.end();
}

const both = (parameters = '') =>
  `postgresql://campus@127.0.0.1:${standby.port},127.0.0.1:${primary.port}/${DATABASE}${parameters}`;

const place = (entrance: number) => ({ body: { date: '2025-12-01', building: '8', entrance } });

test('of several hosts the one that takes changes is used, and after a failover the other one', async () => {
  // Its own look at the database goes to one host.
  const campus = await startTestService({
    environment: { DATABASE_URL: both(), DATABASE_TIMEOUT_SECONDS: '2' },
  });
  const call = await restClient(campus.url);
  const readiness = async () => (await fetch(`${campus.url}/health/readiness`)).status;
  try {
    expect((await call('POST', '/patrols', place(1))).status).toBe(201);
    expect(await readiness()).toBe(200);
    await primary.stop();
    expect((await call('POST', '/patrols', place(2))).status).toBe(503);
    const client = new pg.Client({ connectionString: standby.url(DATABASE) });
    await client.connect();
    await client.query('select pg_promote()');
    await client.end();
    while ((await call('POST', '/patrols', place(2))).status !== 201);
    expect(await readiness()).toBe(200);
  } finally {
    await campus.close();
  }
});

test('a service whose only host is a standby says so, reads, and is not ready until it is promoted', async () => {
  const campus = await startTestService({ environment: { DATABASE_URL: standby.url(DATABASE) } });
  const call = await restClient(campus.url);
  const readiness = async () => (await fetch(`${campus.url}/health/readiness`)).status;
  try {
    expect(campus.logged).toContainEqual(
      expect.objectContaining({
        level: 'WARNING',
        msg: 'PostgreSQL takes no changes: the service reads, and is not ready',
        reason: 'it is a standby',
      }),
    );
    expect((await call('GET', '/patrols')).status).toBe(200);
    expect((await call('POST', '/patrols', place(1))).status).toBe(503);
    expect(await readiness()).toBe(503);
    await campus.sql('select pg_promote()');
    expect(await readiness()).toBe(200);
    expect((await call('POST', '/patrols', place(1))).status).toBe(201);
  } finally {
    await campus.close();
  }
});

test('a host that is not wanted is not used, and each host has its reason', async () => {
  const campus = await openTestCampus({ environment: { DATABASE_URL: primary.url(DATABASE) } });
  const reason = async (address: string) => {
    const pool = await openPoolOfOne(campus, postgresUrl(address));
    const refusal = await run(pool, 'select 1').catch(String);
    await pool.close();
    return refusal;
  };
  try {
    const wanted = '?target_session_attrs=primary';
    expect(await reason(`${standby.url(DATABASE)}${wanted}`)).toContain('it is a standby');
    expect(await reason(`${primary.url(DATABASE)}${wanted}`)).toEqual([expect.anything()]);
    expect(await reason(both('?target_session_attrs=any'))).toEqual([expect.anything()]);
    await primary.stop();
    expect(await reason(both())).toMatch(
      /none of its hosts can be used: it is a standby; connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    );
  } finally {
    await campus.close();
  }
});
