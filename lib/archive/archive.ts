import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger as Log } from 'pino';
import type { CampusDate } from '../campus-types.ts';
import { ConfigError } from '../config.ts';
import { tryAdvisoryLock } from '../database/advisory-lock.ts';
import { againIfRolledBack } from '../database/again-if-rolled-back.ts';
import { liftLimits } from '../database/migration-limits.ts';
import { openMigrationClient } from '../database/migrations.ts';
import { setAsideSpare, type WrittenFile, writeEvening } from './evening-file.ts';
import {
  archivedFiles,
  type EveningRows,
  lockTables,
  nextEvening,
  readEvening,
  removeEvening,
  type Selection,
  TABLES,
  unfinishedBefore,
} from './evening-rows.ts';

export interface ArchiveOptions extends Selection {
  readonly databaseUrl: string;
  /** The folder that the files go to; null throws the rows away. */
  readonly folder: string | null;
  readonly log: Log;
  /** Is told of each evening that was archived. */
  readonly onEvening: (date: CampusDate, counts: Counts) => void;
  /** Asked before each evening. */
  readonly isStopped: () => boolean;
}

/** How many rows there were. */
export type Counts = Readonly<Record<(typeof TABLES)[number], number>>;

export interface Archived extends Counts {
  readonly evenings: number;
  /** The patrols that stay, for they were not handed in, and the first evening that has one. */
  readonly unfinished: { readonly patrols: number; readonly since: string | null };
  readonly wasStopped: boolean;
}

/** "ARCHIV" in ASCII: the advisory lock of the one who archives. */
const ARCHIVE_LOCK = 0x415243484956;

/**
 * Archives evenings, oldest first, each in a transaction of its own: its rows are read, written to a file that is on the
 * disk before anything is deleted, and deleted. What is done stays done if this is cut off, and the next run goes on.
 * Between two evenings it rests as long as one took, for whoever marks meanwhile.
 * @throws {ConfigError} if another one archives.
 */
export async function archiveEvenings(options: ArchiveOptions): Promise<Archived> {
  const { databaseUrl, log, before, onEvening, isStopped } = options;
  const { client } = await openMigrationClient(databaseUrl, log);
  try {
    await prepare(client);
    if (!(await tryAdvisoryLock(client, ARCHIVE_LOCK))) {
      throw new ConfigError(
        'Another archiving of this database is under way, or one that was killed is not over in PostgreSQL: wait for its end.',
      );
    }
    const total = { evenings: 0, patrols: 0, entries: 0, records: 0 };
    let date = await nextEvening(client, options, null);
    for (; date !== null && !isStopped(); date = await nextEvening(client, options, date)) {
      const startedMs = performance.now();
      const counts = await archiveEvening(client, date, options);
      if (counts === null) continue;
      total.evenings += 1;
      for (const table of TABLES) total[table] += counts[table];
      onEvening(date, counts);
      await pause(performance.now() - startedMs);
    }
    // A tenth of a table is less than autovacuum waits for; until then each search of old records passes by the dead rows.
    if (date === null && total.evenings > 0)
      await client.query('vacuum (analyze) public.patrols, public.patrol_entries, public.audit_trail');
    return { ...total, unfinished: await unfinishedBefore(client, before), wasStopped: date !== null };
  } finally {
    await client.end();
  }
}

/** No time limits, and times as UTC, whatever the role is set to. */
export async function prepare(client: pg.Client): Promise<void> {
  await liftLimits(client);
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO'; set default_transaction_read_only = off`);
}

/** Archives an evening, again if somebody and this wait for each other. @returns null if there is nothing of it to archive. */
function archiveEvening(
  client: pg.Client,
  date: CampusDate,
  options: ArchiveOptions,
): Promise<Counts | null> {
  return againIfRolledBack(
    () => tryEvening(client, date, options),
    () => options.log.info({ date }, 'the evening was changed while it was archived: once more'),
  );
}

async function tryEvening(
  client: pg.Client,
  date: CampusDate,
  { folder, withUnfinished, log }: ArchiveOptions,
): Promise<Counts | null> {
  await client.query('begin isolation level read committed');
  let path: string | null = null;
  try {
    await lockTables(client);
    const rows = await readEvening(client, date, withUnfinished);
    const counts = {
      patrols: rows.patrols.length,
      entries: rows.entries.length,
      records: rows.records.length,
    };
    const isEmpty = TABLES.every((table) => counts[table] === 0);
    if (!isEmpty) {
      const written = folder === null ? null : await writeAlone(client, { folder, log }, date, rows);
      path = written?.path ?? null;
      await removeEvening(client, date, rows, {
        file: written?.file ?? null,
        sha256: written?.sha256 ?? null,
      });
    }
    // From here on nobody knows whether the rows are gone until PostgreSQL has said so: the file stays.
    path = null;
    await client.query('commit');
    return isEmpty ? null : counts;
  } catch (error) {
    if (path !== null) await rm(path, { force: true });
    await client.query('rollback').catch(() => {
      // The connection is gone, and the transaction with it; the error says why.
    });
    throw error;
  }
}

/** Writes the file of an evening, and sets aside what a run that was cut off left of it. */
async function writeAlone(
  client: pg.Client,
  { folder, log }: { readonly folder: string; readonly log: Log },
  date: CampusDate,
  rows: EveningRows,
): Promise<WrittenFile> {
  const spare = await setAsideSpare(folder, date, await archivedFiles(client, date));
  if (spare.length > 0)
    log.warn({ date, files: spare }, 'files of an archiving that was cut off were renamed');
  return writeEvening(folder, date, rows);
}
