import { sql } from 'slonik';
import Type from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { ERRORS, PatrolServiceError } from '../errors.ts';
import { authorOf } from './author.ts';
import { patrolNotInProgress } from './errors.ts';
import type { EntryMark } from './marks.ts';
import { LOCKED, Locked, metOutcome, named, patrolToChange } from './patrol-lock.ts';
import type { StoredPatrol } from './schemas.ts';
import { PatrolRowWithEntries, patrolAsChanged, patrolOf } from './stored-patrol.ts';

const MarksTaken = Type.Interface([Locked], {
  /** The positions, from 0, of marks without an entry in the patrol. */
  missing: Type.Array(Type.Integer()),
  marked: Type.Union([PatrolRowWithEntries, Type.Null()]),
});

/**
 * Saves all marks or none. Locks the entries first, in the order of their ids, so that concurrent marks do not
 * deadlock.
 * @throws PATROL_NOT_FOUND, PRECONDITION_FAILED, PATROL_NOT_IN_PROGRESS; PATROL_ENTRY_NOT_FOUND naming each mark without an entry.
 */
export async function markEntries(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  marks: readonly EntryMark[],
): Promise<StoredPatrol> {
  const rows = marks.map((mark) => [mark.patrol_entry_id, mark.is_present, mark.absence_reason]);
  const outcome = await database.change(
    (deadline) => sql.prepared(named('mark_entries', by), rowSchema(MarksTaken))`
    with ${authorOf(by.user_id, deadline)}, ${patrolToChange(by, patrolId, 'share')}, marks as materialized (
      select patrol_entry_id, is_present, absence_reason, place
      from ${sql.unnest(rows, ['uuid', 'bool', 'text'])} with ordinality
        as marks (patrol_entry_id, is_present, absence_reason, place)
    ), found as materialized (
      select entry.patrol_entry_id from patrol cross join lateral (
        select patrol_entry_id from public.patrol_entries
        where patrol_entries.patrol_id = patrol.patrol_id
          and patrol_entry_id in (select patrol_entry_id from marks)
        order by patrol_entry_id
        for no key update
      ) as entry
    ), changed as (
      update public.patrol_entries
      set
        is_present = marks.is_present,
        absence_reason = marks.absence_reason,
        checked_at = case when marks.is_present is not null then clock_timestamp() end
      from patrol cross join marks
      where patrol_entries.patrol_id = patrol.patrol_id
        and patrol_entries.patrol_entry_id = marks.patrol_entry_id
        and patrol.is_met
        and patrol.status = 'in_progress'
        and (select count(*) from found) = (select count(*) from marks)
      returning 1
    )
    select
      ${LOCKED},
      (
        select coalesce(json_agg(place - 1 order by place), '[]')
        from marks
        where patrol_entry_id not in (select patrol_entry_id from found)
      ) as missing,
      case when (select count(*) from changed) > 0 then (${patrolAsChanged(patrolId)}) end as marked
    from patrol
  `,
  );
  const { status, missing, marked } = metOutcome(outcome, patrolId);
  if (missing.length > 0) entriesNotFound(patrolId, missing);
  if (status === 'completed' || !marked) patrolNotInProgress(patrolId);
  return patrolOf(marked);
}

function entriesNotFound(patrolId: PatrolId, missing: readonly number[]): never {
  const fieldErrors = missing.map((place) => ({
    field: `marks[${place}].patrol_entry_id`,
    message: ERRORS.PATROL_ENTRY_NOT_FOUND.message,
  }));
  throw new PatrolServiceError(
    'PATROL_ENTRY_NOT_FOUND',
    `${missing.length} of the marks have no entry in patrol ${patrolId}`,
    { fieldErrors },
  );
}
