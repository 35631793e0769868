import type pg from 'pg';

/** Who walked a patrol that is older than the column which says so. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The old tables in a schema of their own, out of the new ones' way; and the first revision's like the second's. */
const SET_ASIDE = `
  create schema alembic;
  alter table public.patrols set schema alembic;
  alter table public.patrol_entries set schema alembic;
  alter table public.alembic_version set schema alembic;
  alter table alembic.patrols add column if not exists patrol_by uuid not null default '${NOBODY}';
`;

/**
 * Times stay. Where one is missing, the closest thing that is known stands for it: a patrol was started when it was
 * created, created when it was started or else changed last, and handed in when it was changed last.
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

/** What nobody can see, as lib/patrols/plain-text.ts has it: spaces, controls, and what every font leaves out. */
const BLANK = [
  String.raw`^[\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f`,
  String.raw`\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8`,
  String.raw`\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$`,
].join('');

/** Only an absence has a reason, and only one that says something (contract.md, *Marking*); what is not checked was not checked. */
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

/** A record for each row that was changed on the way, in the shapes of the triggers that write the others. */
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

/** Without `cascade`: what somebody else made of the old tables is not ours to drop. */
const DROP_OLD = `
  drop table alembic.patrol_entries, alembic.patrols, alembic.alembic_version;
  drop schema alembic;
`;

/** Moves the old tables to the schema `alembic`. */
export async function setAside(client: pg.Client): Promise<void> {
  await client.query(SET_ASIDE);
}

/**
 * Copies the rows from the old tables into the new ones, as migration 000005 has them, and records in the audit trail what
 * was changed. That the rows are there is nobody's change: the triggers that would record them are silent meanwhile.
 */
export async function copyRows(client: pg.Client): Promise<void> {
  await client.query(COPY_PATROLS);
  await client.query(COPY_ENTRIES);
  // Until autovacuum comes by, nobody would know how many rows there are.
  await client.query('analyze public.patrols, public.patrol_entries, public.patrol_counts');
  await client.query("select set_config('patrol.trace_id', 'adoption', true)");
  await client.query(WRITE_AUDIT);
}

/** Drops the old tables. @throws pg's error 2BP01 when something depends on them. */
export async function dropOldTables(client: pg.Client): Promise<void> {
  await client.query(DROP_OLD);
}
