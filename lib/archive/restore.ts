import type pg from 'pg';
import type { Logger as Log } from 'pino';
import { ConfigError } from '../config.ts';
import { sqlStateOf } from '../database/errors.ts';
import { openMigrationClient } from '../database/migrations.ts';
import { type Counts, prepare } from './archive.ts';
import { type ReadFile, readEveningFile } from './evening-file.ts';
import { recordOf } from './evening-rows.ts';

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly files: readonly string[];
  readonly log: Log;
  /** Is told of each file that was restored: what was in it and is there again, or was there already. */
  readonly onFile: (path: string, restored: Counts) => void;
}

/**
 * Puts archived evenings back, each file in a transaction of its own, with ids and times. What is there already stays as
 * it is, so that a second run changes nothing.
 * @throws {ConfigError} if a file is not whole, or somebody has started another patrol for a place since.
 */
export async function restoreEvenings({ databaseUrl, files, log, onFile }: RestoreOptions): Promise<void> {
  const { client } = await openMigrationClient(databaseUrl, log);
  try {
    await prepare(client);
    await reserveIds(client, files);
    for (const path of files) {
      const read = await readEveningFile(path);
      await client.query('begin');
      const restored = await restoreFile(client, read).catch(explain(path));
      await client.query('commit');
      onFile(path, restored);
    }
  } finally {
    // The connection's end rolls back whatever was not committed.
    await client.end();
  }
}

/**
 * Looks at all files before any is restored, and has new records get ids above theirs: in another database than they were
 * archived from, the record of one file's restoring would else have the id of a record in the next.
 */
async function reserveIds(client: pg.Client, files: readonly string[]): Promise<void> {
  for (const path of files) {
    const { newestRecord } = await readEveningFile(path);
    await client.query(
      `select setval(sequence, $1::bigint)
       from pg_get_serial_sequence('public.audit_trail', 'audit_id') as sequence
       where $1::bigint > coalesce(pg_sequence_last_value(sequence::regclass), 0)`,
      [newestRecord],
    );
  }
}

async function restoreFile(client: pg.Client, { heading, sha256, rows }: ReadFile): Promise<Counts> {
  await client.query(`select set_config('patrol.archiving', $1, true)`, [heading.date]);
  const insert = async (table: string, key: string, json: readonly string[]) => {
    const { rowCount } = await client.query(
      `insert into public.${table} overriding system value
       select restored.* from unnest($1::jsonb[]) as line, jsonb_populate_record(null::public.${table}, line) as restored
       on conflict (${key}) do nothing`,
      [json],
    );
    return rowCount ?? 0;
  };
  const restored = {
    patrols: await insert('patrols', 'patrol_id', rows.patrols),
    entries: await insert('patrol_entries', 'patrol_entry_id', rows.entries),
    records: await insert('audit_trail', 'audit_id', rows.records),
  };
  await expectOwnRecords(client, rows.records);
  if (restored.patrols + restored.entries + restored.records > 0)
    await recordOf(client, 'evening_restored', heading.date, { ...restored, sha256 });
  return restored;
}

/** Throws if a record of the file has the id of another one. */
async function expectOwnRecords(client: pg.Client, records: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `select from unnest($1::jsonb[]) as line, jsonb_populate_record(null::public.audit_trail, line) as archived
     join public.audit_trail as trail using (audit_id)
     where (trail.at, trail.action, trail.patrol_id) is distinct from (archived.at, archived.action, archived.patrol_id)
     limit 1`,
    [records],
  );
  if (rows.length > 0)
    throw new ConfigError('its records have the ids of other ones here: it is from another database');
}

/** Returns a function that throws an error with the file's name, if somebody can act on it. */
function explain(path: string) {
  return (error: unknown): never => {
    if (error instanceof ConfigError) throw new ConfigError(`${path} cannot be restored: ${error.message}`);
    // A unique key.
    if (sqlStateOf(error) !== '23505') throw error;
    throw new ConfigError(
      `${path} cannot be restored: for one of its places a patrol of that evening has been started since. Nothing of this file was restored.`,
      { cause: error },
    );
  };
}
