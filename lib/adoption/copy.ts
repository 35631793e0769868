import type pg from 'pg';

/** The author of patrols that are older than the column for it. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Moves the old tables to a schema of their own, and brings those of the first revision to the second. */
const SET_ASIDE = `
  create schema alembic;
  alter table public.patrols set schema alembic;
  alter table public.patrol_entries set schema alembic;
  alter table public.alembic_version set schema alembic;
  alter table alembic.patrols add column if not exists patrol_by uuid not null default '${NOBODY}';
`;

/**
 * Keeps all times. A missing one is replaced by the closest known one: `started_at` by the creation, the creation by
 * the start or else the last change, and `submitted_at` by the last change.
 */
const COPY_PATROLS = `
  alter table public.patrols disable trigger audit_patrol;
  insert into public.patrols (
    patrol_id, date, building, entrance, status, patrol_by, started_at, submitted_at, created_at, updated_at
  )
  select
    patrol_id,
    date,
    building,
    entrance,
    status,
    patrol_by,
    coalesce(started_at, created.at),
    case when status = 'completed' then coalesce(submitted_at, updated_at, created.at) end,
    created.at,
    coalesce(updated_at, created.at)
  from alembic.patrols
  cross join lateral (select coalesce(created_at, started_at, updated_at, now()) as at) as created;
  alter table public.patrols enable trigger audit_patrol;
`;

/** Invisible characters, as in lib/patrols/plain-text.ts: spaces, controls and what no font shows. */
const BLANK = [
  String.raw`^[\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f`,
  String.raw`\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8`,
  String.raw`\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$`,
].join('');

/** Only an absence has a reason, not blank (docs/contract.md, *Marking*); nor an unchecked entry `checked_at`. */
const COPY_ENTRIES = `
  alter table public.patrol_entries disable trigger audit_entries_added;
  insert into public.patrol_entries (
    patrol_entry_id, patrol_id, user_id, room, is_present, absence_reason, checked_at, created_at, updated_at
  )
  select
    patrol_entry_id,
    patrol_id,
    user_id,
    coalesce(room, ''),
    is_present,
    case when is_present is false and absence_reason !~ '${BLANK}' then absence_reason end,
    case when is_present is not null then checked_at end,
    created.at,
    coalesce(updated_at, created.at)
  from alembic.patrol_entries
  cross join lateral (select coalesce(created_at, updated_at, now()) as at) as created;
  alter table public.patrol_entries enable trigger audit_entries_added;
`;

/** Writes an audit record for each changed row, in the shapes that the triggers write. */
const WRITE_AUDIT = `
  do $$
  begin
    perform public.write_audit('patrol_changed', patrol_id, null, before, after)
    from (
      select new.patrol_id, to_jsonb(new) || to_jsonb(old) as before, to_jsonb(new) as after
      from public.patrols as new
      join alembic.patrols as old using (patrol_id)
      order by new.date, new.patrol_id
    ) as patrols
    where before <> after;

    perform public.write_audit(
      'entry_marked', patrol_id, patrol_entry_id,
      jsonb_build_object('is_present', is_present, 'absence_reason', old_reason, 'checked_at', old_checked_at),
      jsonb_build_object('is_present', is_present, 'absence_reason', new_reason, 'checked_at', new_checked_at)
    )
    from (
      select
        new.patrol_id,
        new.patrol_entry_id,
        new.is_present,
        old.absence_reason as old_reason,
        new.absence_reason as new_reason,
        old.checked_at as old_checked_at,
        new.checked_at as new_checked_at
      from public.patrol_entries as new
      join alembic.patrol_entries as old using (patrol_entry_id)
      join public.patrols on patrols.patrol_id = new.patrol_id
      where (old.absence_reason, old.checked_at) is distinct from (new.absence_reason, new.checked_at)
      order by patrols.date, new.patrol_id, new.patrol_entry_id
    ) as entries;
  end
  $$;
`;

/** Without `cascade`: objects that others built on the old tables are not ours to drop. */
const DROP_OLD = `
  drop table alembic.patrol_entries, alembic.patrols, alembic.alembic_version;
  drop schema alembic;
`;

/** Moves the old tables to the schema `alembic`. */
export async function setAside(client: pg.Client): Promise<void> {
  await client.query(SET_ASIDE);
}

/**
 * Copies the rows into the new tables as migration 000005 left them, and records changed values in the audit trail.
 * Triggers are disabled meanwhile: nobody made these rows.
 */
export async function copyRows(client: pg.Client): Promise<void> {
  await client.query(COPY_PATROLS);
  await client.query(COPY_ENTRIES);
  // Without statistics, plans would be bad until autovacuum runs.
  await client.query('analyze public.patrols, public.patrol_entries, public.patrol_counts');
  await client.query("select set_config('patrol.trace_id', 'adoption', true)");
  await client.query(WRITE_AUDIT);
}

/** Drops the old tables. @throws pg's error 2BP01 when something depends on them. */
export async function dropOldTables(client: pg.Client): Promise<void> {
  await client.query(DROP_OLD);
}
