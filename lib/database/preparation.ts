import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger as Log } from 'pino';
import type { Config } from '../config.ts';
import { isTransient, reasonOf, rethrowAsConfigError, UnfitDatabase } from './config-errors.ts';
import { migrateDatabase, openMigrationClient } from './migrations.ts';

/** How long a start waits for the database to come up. */
const TIMEOUT_MS = 60_000;

/** Migrates the database once it is up, and checks the role's rights. @throws {ConfigError} if PostgreSQL refuses. */
export async function prepareDatabase(config: Config, log: Log): Promise<void> {
  const { databaseUrl, migrationDatabaseUrl } = config;
  const migrationVariable = migrationDatabaseUrl === databaseUrl ? 'DATABASE_URL' : 'MIGRATION_DATABASE_URL';
  const migrated = () => migrateDatabase({ databaseUrl: migrationDatabaseUrl, log });
  await whenReachable(migrated, log).catch(rethrowAsConfigError(migrationVariable));
  await whenReachable(() => expectRights(databaseUrl, log), log).catch(rethrowAsConfigError('DATABASE_URL'));
}

async function whenReachable(work: () => Promise<void>, log: Log): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw error;
      const seconds_left = Math.round((deadline - Date.now()) / 1000);
      log.warn({ reason: reasonOf(error), seconds_left }, 'PostgreSQL is out of reach, trying again');
      await pause(1000);
    }
  }
}

/** The rights that the service and its triggers need. */
const MISSING_RIGHTS = `
  select format('%s on public.%s', string_agg(lower(privilege), ', ' order by privilege), relname) as missing
  from (values
    ('patrols', 'SELECT'), ('patrols', 'INSERT'), ('patrols', 'UPDATE'), ('patrols', 'DELETE'),
    ('patrol_entries', 'SELECT'), ('patrol_entries', 'INSERT'), ('patrol_entries', 'UPDATE'), ('patrol_entries', 'DELETE'),
    ('patrol_counts', 'SELECT'), ('patrol_counts', 'INSERT'), ('patrol_counts', 'UPDATE'),
    ('audit_trail', 'SELECT'), ('audit_trail', 'INSERT')
  ) as needed (name, privilege)
  join pg_catalog.pg_class on relname = name and relnamespace = to_regnamespace('public')
  where not has_table_privilege(pg_class.oid, privilege)
  group by relname
  union all
  select format('execute on public.%s', proname)
  from pg_catalog.pg_proc
  where pronamespace = to_regnamespace('public')
    and proname in ('write_audit', 'entries_of_patrol', 'patrol_of_place')
    and not has_function_privilege(pg_proc.oid, 'EXECUTE')
  union all
  select 'usage of the schema public'
  where not has_schema_privilege('public', 'USAGE')
  order by missing
`;

/** Checks the role's rights. @throws {UnfitDatabase} naming every missing one: otherwise single calls would fail. */
async function expectRights(databaseUrl: string, log: Log): Promise<void> {
  const { client, state } = await openMigrationClient(databaseUrl, log);
  if (state.isReadOnly) {
    const reason = state.isStandby ? 'it is a standby' : 'it is read-only';
    log.warn({ reason }, 'PostgreSQL takes no changes: the service reads, and is not ready');
  }
  try {
    const missing = await missingRights(client);
    if (missing.length > 0) throw new UnfitDatabase(`does not grant its role ${missing.join('; ')}`);
  } finally {
    await client.end();
  }
}

async function missingRights(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ missing: string }>(MISSING_RIGHTS);
  return rows.map(({ missing }) => missing);
}
