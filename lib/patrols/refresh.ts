import { sql } from 'slonik';
import Type from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { authorOf } from './author.ts';
import type { Roster } from './entry-list.ts';
import { patrolNotInProgress } from './errors.ts';
import { RosterChanges } from './evening-schemas.ts';
import { LOCKED, Locked, metOutcome, named, patrolToChange } from './patrol-lock.ts';
import type { StoredPatrol } from './schemas.ts';
import { PatrolRowWithEntries, patrolAsChanged, patrolOf } from './stored-patrol.ts';

/** A patrol after its list was drawn up anew, and what that changed. */
export interface RefreshedPatrol {
  readonly patrol: StoredPatrol;
  readonly changes: RosterChanges;
}

const Refreshed = Type.Interface([Locked], {
  changes: RosterChanges,
  patrol: PatrolRowWithEntries,
});

/**
 * Draws a list up anew (docs/contract.md, *Drawing up anew*): adds minors who are missing, excuses who is not checked and
 * holds a leave, and ends the excuse of a leave that no longer covers. Locks the patrol alone, so that no mark comes in
 * between, and looks at each entry again: a mark that was saved while the statement waited stays.
 * @throws PATROL_NOT_FOUND, PRECONDITION_FAILED, PATROL_NOT_IN_PROGRESS
 */
export async function refreshPatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  { entries, excuses }: Roster,
): Promise<RefreshedPatrol> {
  const drawn = entries.map((entry) => [
    ...[entry.user_id, entry.room, entry.is_present, entry.absence_reason],
    entry.leave_until?.toISOString() ?? null,
  ]);
  const excused = [...excuses].map(([userId, { absence_reason, leave_until }]) => [
    ...[userId, absence_reason, leave_until.toISOString()],
  ]);
  const outcome = await database.change(
    (deadline) => sql.prepared(named('refresh_patrol', by), rowSchema(Refreshed))`
    with ${authorOf(by.user_id, deadline, { isRefresh: true })}, ${patrolToChange(by, patrolId, 'update')}, drawn as (
      select * from ${sql.unnest(drawn, ['uuid', 'varchar', 'bool', 'text', 'timestamptz'])}
        as drawn (user_id, room, is_present, absence_reason, leave_until)
    ), excuses as (
      select * from ${sql.unnest(excused, ['uuid', 'text', 'timestamptz'])}
        as excuses (user_id, absence_reason, leave_until)
    ), listed as materialized (
      select entries.* from patrol cross join lateral public.entries_of_patrol(patrol.patrol_id) as entries
      where patrol.is_met and patrol.status = 'in_progress'
    ), ${ADDED}, ${EXCUSED}, ${NO_LONGER_EXCUSED}
    select
      ${LOCKED},
      json_build_object(
        'added', (select coalesce(json_agg(patrol_entry_id), '[]') from added),
        'excused', (select coalesce(json_agg(patrol_entry_id), '[]') from excused),
        'no_longer_excused', (select coalesce(json_agg(patrol_entry_id), '[]') from no_longer_excused),
        'no_longer_listed', (
          select coalesce(json_agg(patrol_entry_id), '[]')
          from listed
          where not exists (select from drawn where drawn.user_id = listed.user_id)
        )
      ) as changes,
      -- Counted first, so that all changes are made by then.
      case when (select count(*) from added) + (select count(*) from excused)
        + (select count(*) from no_longer_excused) >= 0 then (${patrolAsChanged(patrolId)}) end as patrol
    from patrol
  `,
  );
  const { status, changes, patrol } = metOutcome(outcome, patrolId);
  if (status === 'completed') patrolNotInProgress(patrolId);
  return { patrol: patrolOf(patrol), changes };
}

const ADDED = sql.fragment`added as (
      insert into public.patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until)
      select patrol.patrol_id, drawn.*
      from patrol cross join drawn
      where patrol.is_met
        and patrol.status = 'in_progress'
        and not exists (select from listed where listed.user_id = drawn.user_id)
      on conflict (patrol_id, user_id) do nothing
      returning patrol_entry_id
    )`;

/** Who is not checked and holds a leave; and who is excused by another leave than the entry tells of. */
const EXCUSED = sql.fragment`excused as (
      update public.patrol_entries
      set is_present = false, absence_reason = excuses.absence_reason, leave_until = excuses.leave_until
      from listed join excuses using (user_id)
      where patrol_entries.patrol_entry_id = listed.patrol_entry_id
        and patrol_entries.is_present is not true
        and patrol_entries.checked_at is null
        and (patrol_entries.is_present, patrol_entries.absence_reason, patrol_entries.leave_until)
          is distinct from (false, excuses.absence_reason, excuses.leave_until)
      returning patrol_entries.patrol_entry_id
    )`;

/** Who was absent by a leave alone: a person's mark has the time of its check. */
const NO_LONGER_EXCUSED = sql.fragment`no_longer_excused as (
      update public.patrol_entries
      set is_present = null, absence_reason = null
      from listed
      where patrol_entries.patrol_entry_id = listed.patrol_entry_id
        and patrol_entries.is_present is false
        and patrol_entries.checked_at is null
        and not exists (select from excuses where excuses.user_id = listed.user_id)
      returning patrol_entries.patrol_entry_id
    )`;
