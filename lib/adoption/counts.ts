import type pg from 'pg';

export interface RowCounts {
  readonly patrols: number;
  readonly entries: number;
}

/** How many rows were changed, and why. A row may have several reasons. */
export interface Changes {
  readonly rows: number;
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
}

/** Returns how many rows the tables of a schema have: `alembic` the old ones, `public` the new ones. */
export async function countRows(client: pg.Client, schema: 'alembic' | 'public'): Promise<RowCounts> {
  const { rows } = await client.query<RowCounts>(`
    select
      (select count(*)::int from ${schema}.patrols) as patrols,
      (select count(*)::int from ${schema}.patrol_entries) as entries
  `);
  return rows[0] ?? { patrols: 0, entries: 0 };
}

/** Counts the rows that are not as they were. */
export async function countChanges(client: pg.Client): Promise<Changes> {
  const { rows: changed } = await client.query<{ rows: number }>(CHANGED_ROWS);
  const { rows: reasons } = await client.query<{ reason: string; rows: number }>(
    `select reason, rows::int from (${REASONS}) as reasons where rows > 0`,
  );
  return { rows: changed[0]?.rows ?? 0, reasons };
}

const CHANGED_ROWS = `
  select (
    (
      select count(*)
      from alembic.patrols as old
      join public.patrols as new using (patrol_id)
      where (old.submitted_at, old.started_at, old.created_at, old.updated_at)
        is distinct from (new.submitted_at, new.started_at, new.created_at, new.updated_at)
    ) + (
      select count(*)
      from alembic.patrol_entries as old
      join public.patrol_entries as new using (patrol_entry_id)
      where (old.room, old.absence_reason, old.checked_at, old.created_at, old.updated_at)
        is distinct from (new.room, new.absence_reason, new.checked_at, new.created_at, new.updated_at)
    )
  )::int as rows
`;

const REASONS = `
  select 'completed without submitted_at' as reason, count(*) as rows
  from alembic.patrols
  where status = 'completed' and submitted_at is null
  union all
  select 'in progress with submitted_at', count(*)
  from alembic.patrols
  where status = 'in_progress' and submitted_at is not null
  union all
  select 'patrol without started_at, created_at or updated_at', count(*)
  from alembic.patrols
  where num_nulls(started_at, created_at, updated_at) > 0
  union all
  select 'present with a reason', count(*)
  from alembic.patrol_entries
  where is_present and absence_reason is not null
  union all
  select 'not checked with a reason', count(*)
  from alembic.patrol_entries
  where is_present is null and absence_reason is not null
  union all
  select 'absent with a blank reason', count(*)
  from alembic.patrol_entries as old
  join public.patrol_entries as new using (patrol_entry_id)
  where old.is_present is false and old.absence_reason is not null and new.absence_reason is null
  union all
  select 'not checked with checked_at', count(*)
  from alembic.patrol_entries
  where is_present is null and checked_at is not null
  union all
  select 'entry without room, created_at or updated_at', count(*)
  from alembic.patrol_entries
  where num_nulls(room, created_at, updated_at) > 0
`;
