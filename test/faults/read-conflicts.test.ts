import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'slonik';
import Type from 'typebox';
import { type Database, openDatabase } from '../../lib/database/database.ts';
import { openReadReplica, type ReadReplica } from '../../lib/database/read-replica.ts';
import { rowSchema } from '../../lib/database/row-schema.ts';
import { openTestCampus, type TestCampus } from '../campus.ts';
import { type FaultPostgres, startWithStandby } from '../fault-postgres.ts';

const LIST = sql.type(rowSchema(Type.Object({ at_standby: Type.Boolean(), kept: Type.Integer() })))`
  select pg_is_in_recovery() as at_standby, kept
  from public.kept, pg_sleep(case when pg_is_in_recovery() then 20 else 0 end)
`;

let primary: FaultPostgres;
let standby: FaultPostgres;
let campus: TestCampus;
let database: Database;
let replica: ReadReplica;

beforeAll(async () => {
  ({ primary, standby } = await startWithStandby(async ({ url }) => Number(new URL(url).port)));
  await primary.sql('create table public.kept as select 1 as kept');
  campus = await openTestCampus({ environment: { DATABASE_URL: primary.url } });
  const { telemetry } = campus.surroundings;
  const options = { url: primary.url, poolSize: 2, limitMs: 60_000, validatesRows: true, telemetry };
  database = await openDatabase(options);
  replica = await openReadReplica(database, { ...options, readUrl: standby.url });
}, 120_000);
afterAll(async () => {
  await replica.close();
  await database.close();
  await campus.close();
  await standby.stop();
  await primary.stop();
});

const logged = (message: string) => campus.logged.filter(({ msg }) => String(msg).startsWith(message));

test('a read that replay cancels is made at the primary', async () => {
  while (logged('lists and reports are read at the standby').length === 0) await standby.sql('select');
  const reading = replica.reads.maybeOne(LIST);
  const isRunning = "select 1 from pg_stat_activity where wait_event = 'PgSleep'";
  while ((await standby.sql(isRunning)).length === 0);
  await primary.sql('alter table public.kept add column more integer');
  expect(await reading).toEqual({ at_standby: false, kept: 1 });
  expect(logged('a read failed at the standby')).toHaveLength(1);
  expect(JSON.stringify(logged('a read failed at the standby'))).toContain('conflict with recovery');
});
