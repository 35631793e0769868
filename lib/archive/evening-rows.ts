import type pg from 'pg';
import type { CampusDate } from '../campus-types.ts';

/** The lines of one evening: each row as JSON, as PostgreSQL writes it, so that no number or time loses a digit. */
export interface EveningRows {
  readonly patrols: readonly Row[];
  readonly entries: readonly Row[];
  /** The records of the audit trail, those of patrols that were deleted too. */
  readonly records: readonly Row[];
}

/** One row: its key, and itself as JSON on one line. */
export interface Row {
  readonly id: string;
  readonly json: string;
}

/** The tables that are archived, in the order in which changes lock them. */
export const TABLES = ['patrols', 'entries', 'records'] as const;

/** Which evenings are archived, and what of them. */
export interface Selection {
  /** Evenings before this one. */
  readonly before: CampusDate;
  /** Whether patrols that were not handed in go too; otherwise they stay, with their entries and records. */
  readonly withUnfinished: boolean;
}

/** The records of archiving stay for good: they say where everything else went. */
const STAYING_ACTIONS = "('evening_archived', 'evening_restored')";

/** Returns the next evening that may have something to archive, or null. @param after the one before; null for none. */
export async function nextEvening(
  client: pg.Client,
  { before, withUnfinished }: Selection,
  after: CampusDate | null,
): Promise<CampusDate | null> {
  const { rows } = await client.query<{ next: CampusDate | null }>(
    `select to_char(least(
       (
         select min(date) from public.patrols
         where date > coalesce($2::date, '-infinity') and date < $1::date and (status = 'completed' or $3)
       ),
       (
         select min(date) from public.audit_trail
         where date > coalesce($2::date, '-infinity') and date < $1::date and action not in ${STAYING_ACTIONS}
       )
     ), 'YYYY-MM-DD') as next`,
    [before, after, withUnfinished],
  );
  return rows[0]?.next ?? null;
}

/** Locks the tables in the order in which changes do; whoever marks is not kept from it. */
export async function lockTables(client: pg.Client): Promise<void> {
  await client.query(
    'lock table public.patrols, public.patrol_entries, public.audit_trail in row exclusive mode',
  );
}

/**
 * Reads what is to be archived of an evening, and locks its patrols and entries until the end of the transaction: once
 * changes that are in flight are over, what is read here is what will be deleted.
 */
export async function readEvening(
  client: pg.Client,
  date: CampusDate,
  withUnfinished: boolean,
): Promise<EveningRows> {
  const { rows: patrols } = await client.query<Row>(
    `select patrol_id as id, row_to_json(patrols)::text as json from public.patrols
     where date = $1::date and (status = 'completed' or $2)
     order by building, entrance
     for update`,
    [date, withUnfinished],
  );
  const patrolIds = patrols.map(({ id }) => id);
  const { rows: entries } = await client.query<Row>(
    `select patrol_entry_id as id, row_to_json(entries)::text as json from public.patrol_entries as entries
     where patrol_id = any($1::uuid[])
     order by patrol_id, patrol_entry_id
     for update`,
    [patrolIds],
  );
  const { rows: records } = await client.query<Row>(
    `select audit_id::text as id, row_to_json(trail)::text as json from public.audit_trail as trail
     where date = $1::date and action not in ${STAYING_ACTIONS}
       -- What was read of patrols counts: one may have been handed in since.
       and patrol_id not in (
         select patrol_id from public.patrols where date = $1::date and patrol_id <> all($2::uuid[])
       )
     order by audit_id`,
    [date, patrolIds],
  );
  return { patrols, entries, records };
}

/** What became of the rows of an evening, for its record in the trail. */
export interface Removal {
  /** The file that they are in; null if they were thrown away. */
  readonly file: string | null;
  readonly sha256: string | null;
}

/** Deletes the rows that were read in the same transaction, and records it. */
export async function removeEvening(
  client: pg.Client,
  date: CampusDate,
  { patrols, entries, records }: EveningRows,
  removal: Removal,
): Promise<void> {
  const [patrolIds, auditIds] = [patrols, records].map((rows) => rows.map(({ id }) => id));
  await client.query(`select set_config('patrol.archiving', $1, true)`, [date]);
  // Patrols last: what they are counted by, which a hand-in waits for, is then held until the commit alone.
  const deleted = {
    entries: await client.query('delete from public.patrol_entries where patrol_id = any($1::uuid[])', [
      patrolIds,
    ]),
    records: await client.query('delete from public.audit_trail where audit_id = any($1::bigint[])', [
      auditIds,
    ]),
    patrols: await client.query('delete from public.patrols where patrol_id = any($1::uuid[])', [patrolIds]),
  };
  for (const [table, wanted] of Object.entries({ patrols, entries, records }) as [keyof EveningRows, Row[]][])
    if (deleted[table].rowCount !== wanted.length)
      throw new Error(
        `${date}: ${wanted.length} ${table} were read, and ${deleted[table].rowCount} would be deleted`,
      );
  const counts = { patrols: patrols.length, entries: entries.length, records: records.length };
  await recordOf(client, 'evening_archived', date, { ...counts, ...removal });
}

/** Returns the names of the files that an evening was archived to, by the trail. */
export async function archivedFiles(client: pg.Client, date: CampusDate): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ file: string }>(
    `select after->>'file' as file from public.audit_trail where action = 'evening_archived' and date = $1::date`,
    [date],
  );
  return new Set(rows.map(({ file }) => file));
}

/** Writes a record about an evening: what was done, by which role of PostgreSQL. */
export async function recordOf(
  client: pg.Client,
  action: 'evening_archived' | 'evening_restored',
  date: CampusDate,
  after: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `insert into public.audit_trail (action, date, after)
     values ($1, $2::date, $3::jsonb || jsonb_build_object('role', session_user))`,
    [action, date, JSON.stringify(after)],
  );
}

/** Returns how many patrols of the evenings were not handed in, and which evening is the first that has one. */
export async function unfinishedBefore(
  client: pg.Client,
  before: CampusDate,
): Promise<{ readonly patrols: number; readonly since: string | null }> {
  const { rows } = await client.query<{ patrols: number; since: string | null }>(
    `select count(*)::int as patrols, to_char(min(date), 'YYYY-MM-DD') as since
     from public.patrols where status = 'in_progress' and date < $1::date`,
    [before],
  );
  return rows[0] ?? { patrols: 0, since: null };
}
