import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type QuerySqlToken, sql } from 'slonik';
import Type from 'typebox';
import type { Pool } from '../../lib/database/pool.ts';
import { rowSchema } from '../../lib/database/row-schema.ts';
import { postgresUrl } from '../../lib/settings/postgres-url.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { LIMIT_MS, openPoolOfOne, run } from '../pool-of-one.ts';
import { ANYBODY, startTlsPostgres } from '../tls-postgres.ts';

/** Longer than any test may take: nothing but a cancel request ends a statement. */
const FOR_EVER_MS = 3_600_000;
const SLEEP = 'select pg_sleep(3600)';
const ASLEEP = "select 1 from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()";

let campus: TestCampus;

beforeAll(async () => {
  campus = await openTestCampus();
});
afterAll(() => campus.close());

/** Has a statement given up, and returns when PostgreSQL is through with it. */
async function giveUp(pool: Pool, asleep: () => Promise<unknown[]>): Promise<void> {
  let isOver = false;
  const refused = run(pool, SLEEP, 1000)
    .catch((error: unknown) => error)
    .finally(() => {
      isOver = true;
    });
  while (!isOver && (await asleep()).length === 0);
  expect(isOver).toBe(false);
  expect(await refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  while ((await asleep()).length > 0);
}

test('a statement that is given up is over in PostgreSQL, and the next one is served', async () => {
  const pool = await openPoolOfOne(campus, campus.config.databaseUrl, FOR_EVER_MS);
  try {
    await giveUp(pool, () => campus.sql(ASLEEP));
    expect(await run(pool, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await pool.close();
  }
});

test('a statement on a connection with TLS is cancelled over TLS', async () => {
  const postgres = await startTlsPostgres();
  await postgres.configure('on', ANYBODY);
  const answers: string[] = [];
  const relay = await relayToDatabase(postgres.url('postgres', '?sslmode=require'), (far) =>
    far.once('data', (bytes) => answers.push(bytes.toString('latin1', 0, 1))),
  );
  const pool = await openPoolOfOne(campus, postgresUrl(relay.url), FOR_EVER_MS);
  try {
    await giveUp(pool, () => postgres.sql(ASLEEP));
    // PostgreSQL's yes to a request for TLS, on the connection and on that of the cancel request.
    expect(answers).toEqual(['S', 'S']);
  } finally {
    await pool.close();
    relay.close();
    await postgres.stop();
  }
});

test('a statement whose columns got another type is prepared anew, once, and nobody is refused', async () => {
  await campus.sql('create table altered (one int); insert into altered values (1)');
  const pool = await openPoolOfOne(campus, campus.config.databaseUrl);
  const schema = rowSchema(Type.Object({ one: Type.Union([Type.Integer(), Type.String()]) }));
  const read: QuerySqlToken<typeof schema> = sql.prepared('altered', schema)`select one from altered`;
  const prepared = async () => {
    const [row] = await run(
      pool,
      "select count(*)::int as found from pg_prepared_statements where name like 'altered%'",
    );
    return row;
  };
  try {
    expect(await pool.maybeOne(read, LIMIT_MS)).toEqual({ one: 1 });
    await campus.sql('alter table altered alter one type text');
    expect(await pool.maybeOne(read, LIMIT_MS)).toEqual({ one: '1' });
    expect(await pool.maybeOne(read, LIMIT_MS)).toEqual({ one: '1' });
    expect(await prepared()).toEqual({ found: 2 });
  } finally {
    await pool.close();
  }
});
