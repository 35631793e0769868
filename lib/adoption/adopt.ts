import type pg from 'pg';
import type { Logger as Log } from 'pino';
import { ConfigError } from '../config.ts';
import { liftLimits } from '../database/migration-limits.ts';
import { MIGRATION_LOCK } from '../database/migration-lock.ts';
import { MIGRATIONS, openMigrationClient } from '../database/migrations.ts';
import { type CommittedMigrations, readCommittedMigrations } from './committed-migrations.ts';
import { copyRows, dropOldTables, setAside } from './copy.ts';
import { type Changes, countChanges, countRows, type RowCounts } from './counts.ts';
import { rethrowAsConfigError } from './errors.ts';
import { expectKnownShape, expectOldTables } from './old-tables.ts';
import { expectAcceptableRows } from './refused-rows.ts';

export interface AdoptOptions {
  readonly databaseUrl: string;
  readonly folder?: string;
  readonly log: Log;
  /** How long to wait for locks on the old tables. */
  readonly lockTimeoutMs?: number;
}

export interface Adoption extends RowCounts {
  readonly changes: Changes;
}

/** Rows are copied into the tables as this migration left them. Later migrations find them like any other rows. */
const COPIED_AFTER = '000005';

/**
 * Moves the patrols and entries of the replaced service (Alembic), with ids and times, into this service's tables, and
 * drops the old ones: in one transaction.
 * @throws {ConfigError} if the tables or rows are not as expected, or are in use.
 */
export async function adoptDatabase({
  databaseUrl,
  folder = MIGRATIONS,
  log,
  lockTimeoutMs = 10_000,
}: AdoptOptions): Promise<Adoption> {
  const { client, address } = await openMigrationClient(databaseUrl, log);
  try {
    await liftLimits(client);
    const migrations = await readCommittedMigrations(client, { databaseUrl: address, folder });
    await client.query('begin');
    await setLimits(client, lockTimeoutMs);
    const adoption = await takeOver(client, migrations).catch(rethrowAsConfigError);
    await client.query('commit');
    return adoption;
  } finally {
    // The connection's end rolls back whatever was not committed.
    await client.end();
  }
}

/** Sets for this transaction only: short waits for locks, and what the texts of times and types depend on. */
async function setLimits(client: pg.Client, lockTimeoutMs: number): Promise<void> {
  await client.query(
    `select
      set_config('lock_timeout', $1, true),
      set_config('timezone', 'UTC', true),
      set_config('standard_conforming_strings', 'on', true),
      -- The names of types are compared as they are.
      set_config('quote_all_identifiers', 'off', true),
      -- A row that a policy hides is an error, and not a row that is not there.
      set_config('row_security', 'off', true)`,
    [String(lockTimeoutMs)],
  );
}

async function takeOver(client: pg.Client, migrations: CommittedMigrations): Promise<Adoption> {
  // The lock that every start takes: a replica that starts meanwhile waits.
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await expectOldTables(client);
  await client.query(
    'lock table public.patrols, public.patrol_entries, public.alembic_version in access exclusive mode',
  );
  await expectKnownShape(client);
  await setAside(client);
  await expectAcceptableRows(client);
  const before = await countRows(client, 'alembic');
  await migrations.createBookkeeping();
  await migrations.applyUpTo(COPIED_AFTER);
  await copyRows(client);
  expectSameCounts(before, await countRows(client, 'public'));
  const changes = await countChanges(client);
  await dropOldTables(client);
  await migrations.applyAfter(COPIED_AFTER);
  return { ...before, changes };
}

function expectSameCounts(before: RowCounts, after: RowCounts): void {
  if (before.patrols === after.patrols && before.entries === after.entries) return;
  throw new ConfigError(
    `Rows were lost on the way, and nothing was changed: there were ${before.patrols} patrols and ${before.entries} entries, and would be ${after.patrols} and ${after.entries}.`,
  );
}
