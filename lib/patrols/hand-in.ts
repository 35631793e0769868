import { sql } from 'slonik';
import Type from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { PatrolServiceError } from '../errors.ts';
import { authorOf } from './author.ts';
import { patrolHasUnchecked } from './errors.ts';
import { LOCKED, Locked, metOutcome, named, patrolToChange } from './patrol-lock.ts';
import { StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE } from './shapes.ts';
import { PatrolRow, patrolOf } from './stored-patrol.ts';

/** The changed patrol, or null; and its entries in either case. */
const PatrolHandled = Type.Interface([Locked], {
  changed: Type.Union([PatrolRow, Type.Null()]),
  entries: Type.Array(StoredEntry),
});

/** The entries of the locked patrol. The function sees those that the wait for the lock was for. */
const LISTED = sql.fragment`listed as materialized (
      select entries.* from patrol cross join lateral public.entries_of_patrol(patrol.patrol_id) as entries
    )`;

/** The end of a statement with `patrol` (the locked row), `listed` and `changed` (the row, if it was changed). */
const OUTCOME = sql.fragment`
    select
      ${LOCKED},
      (
        select row_to_json(changed_patrol) from (select ${PATROL_SHAPE} from changed) as changed_patrol
      ) as changed,
      coalesce((
        select json_agg(entry) from (select ${ENTRY_SHAPE} from listed) as entry
      ), '[]') as entries
    from patrol
  `;

/**
 * Hands a patrol in. Locks the row before anything is read: `submitted_at` is later than every saved mark, and a wait
 * for marks in flight includes them.
 * @throws PATROL_NOT_FOUND, PRECONDITION_FAILED, PATROL_ALREADY_COMPLETED, PATROL_HAS_UNCHECKED
 */
export async function completePatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  unchecked: 'refuse' | 'allow',
): Promise<StoredPatrol> {
  const outcome = await database.change(
    (deadline) => sql.prepared(named('complete_patrol', by), rowSchema(PatrolHandled))`
    with ${authorOf(by.user_id, deadline)}, ${patrolToChange(by, patrolId, 'update')}, ${LISTED}, changed as (
      update public.patrols
      set status = 'completed', submitted_at = clock_timestamp()
      from patrol
      where patrols.patrol_id = patrol.patrol_id
        and patrol.is_met
        and patrol.status = 'in_progress'
        and (${unchecked}::text = 'allow' or not exists (select from listed where is_present is null))
      returning patrols.*
    )
    ${OUTCOME}
  `,
  );
  const { changed, entries, status } = metOutcome(outcome, patrolId);
  if (changed) return patrolOf({ ...changed, entries });
  if (status === 'in_progress') patrolHasUnchecked(patrolId, entries);
  throw new PatrolServiceError('PATROL_ALREADY_COMPLETED', `patrol ${patrolId}`);
}

/**
 * Opens a patrol that was handed in; the trail keeps the reason.
 * @throws PATROL_NOT_FOUND, PRECONDITION_FAILED, PATROL_NOT_COMPLETED
 */
export async function reopenPatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  reason: string,
): Promise<StoredPatrol> {
  const outcome = await database.change(
    (deadline) => sql.prepared(named('reopen_patrol', by), rowSchema(PatrolHandled))`
    with ${authorOf(by.user_id, deadline, { reason })}, ${patrolToChange(by, patrolId, 'update')}, ${LISTED}, changed as (
      update public.patrols
      set status = 'in_progress', submitted_at = null
      from patrol
      where patrols.patrol_id = patrol.patrol_id and patrol.is_met and patrol.status = 'completed'
      returning patrols.*
    )
    ${OUTCOME}
  `,
  );
  const { changed, entries } = metOutcome(outcome, patrolId);
  if (changed) return patrolOf({ ...changed, entries });
  throw new PatrolServiceError('PATROL_NOT_COMPLETED', `patrol ${patrolId} is in progress`);
}
