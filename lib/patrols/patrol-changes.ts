import { sql } from 'slonik';
import Type from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { ReachedPlace } from '../auth/reach.ts';
import { PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { PatrolServiceError } from '../errors.ts';
import { authorOf } from './author.ts';
import type { NewEntry } from './entry-list.ts';
import { patrolHasUnchecked, patrolNotFound } from './errors.ts';
import type { Deletable } from './permissions.ts';
import { PatrolStatus, StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE, within } from './shapes.ts';
import { PatrolRow, patrolOf } from './stored-patrol.ts';

export type NewPatrol = ReachedPlace & { readonly entries: readonly NewEntry[] };

const PatrolStarted = Type.Object({
  started: Type.Union([PatrolRow, Type.Null()]),
  entries: Type.Array(StoredEntry),
  existing: Type.Union([PatrolId, Type.Null()]),
});

/** Writes a patrol with its entries. @throws PATROL_ALREADY_EXISTS, which refers to the existing one. */
export async function startPatrol(database: Database, by: Caller, patrol: NewPatrol): Promise<StoredPatrol> {
  const entries = patrol.entries.map((entry) => [
    entry.user_id,
    entry.room,
    entry.is_present,
    entry.absence_reason,
    entry.leave_until?.toISOString() ?? null,
  ]);
  const { date, building, entrance } = patrol;
  const outcome = await database.maybeOne(sql.prepared('start_patrol', rowSchema(PatrolStarted))`
    with ${authorOf(by.user_id, database)}, patrol as (
      insert into public.patrols (date, building, entrance, patrol_by)
      select ${date}::date, ${building}, ${entrance}::smallint, ${by.user_id}::uuid
      from author
      on conflict (date, building, entrance) do nothing
      returning *
    ), listed as (
      insert into public.patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until)
      select patrol.patrol_id, minor.*
      from patrol cross join ${sql.unnest(entries, ['uuid', 'varchar', 'bool', 'text', 'timestamptz'])} as minor
      returning *
    )
    select
      (select row_to_json(started) from (select ${PATROL_SHAPE} from patrol) as started) as started,
      coalesce((
        select json_agg(entry) from (select ${ENTRY_SHAPE} from listed) as entry
      ), '[]') as entries,
      case when not exists (select from patrol) then
        public.patrol_of_place(${date}::date, ${building}::text, ${entrance}::int)
      end as existing
  `);
  if (outcome?.started) return patrolOf(outcome.started, outcome.entries);
  const patrolId = outcome?.existing;
  if (patrolId) throw new PatrolServiceError('PATROL_ALREADY_EXISTS', `patrol ${patrolId}`, { patrolId });
  throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the patrol that was there has just been deleted');
}

const PatrolCompleted = Type.Object({
  status_before: PatrolStatus,
  completed: Type.Union([PatrolRow, Type.Null()]),
  entries: Type.Array(StoredEntry),
});

/** Hands a patrol in. @throws PATROL_NOT_FOUND, PATROL_ALREADY_COMPLETED, PATROL_HAS_UNCHECKED */
export async function completePatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  unchecked: 'refuse' | 'allow',
): Promise<StoredPatrol> {
  // Locks the row before anything is read: `submitted_at` is later than every saved mark, and a wait for marks in
  // flight includes them.
  const outcome = await database.maybeOne(sql.prepared('complete_patrol', rowSchema(PatrolCompleted))`
    with ${authorOf(by.user_id, database)}, patrol as materialized (
      select patrol_id, status
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(by.reach)}
      for update of patrols
    ), listed as materialized (
      select entries.* from patrol cross join lateral public.entries_of_patrol(patrol.patrol_id) as entries
    ), completed as (
      update public.patrols
      set status = 'completed', submitted_at = clock_timestamp()
      from patrol
      where patrols.patrol_id = patrol.patrol_id
        and patrol.status = 'in_progress'
        and (${unchecked}::text = 'allow' or not exists (select from listed where is_present is null))
      returning patrols.*
    )
    select
      patrol.status as status_before,
      (select row_to_json(handed_in) from (select ${PATROL_SHAPE} from completed) as handed_in) as completed,
      coalesce((
        select json_agg(entry) from (select ${ENTRY_SHAPE} from listed) as entry
      ), '[]') as entries
    from patrol
  `);
  const { completed, entries, status_before } = outcome ?? patrolNotFound(patrolId);
  if (completed) return patrolOf(completed, entries);
  if (status_before === 'in_progress') patrolHasUnchecked(patrolId, entries);
  throw new PatrolServiceError('PATROL_ALREADY_COMPLETED', `patrol ${patrolId}`);
}

const PatrolDeleted = Type.Object({ is_deleted: Type.Boolean() });

/** Deletes a patrol with its entries. @throws PATROL_NOT_FOUND, FORBIDDEN */
export async function deletePatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  deletable: Deletable,
): Promise<void> {
  const outcome = await database.maybeOne(sql.prepared('delete_patrol', rowSchema(PatrolDeleted))`
    with ${authorOf(by.user_id, database)}, patrol as materialized (
      select patrol_id, patrol_by, status
      from public.patrols cross join author
      where patrol_id = ${patrolId} and ${within(by.reach)}
      for update of patrols
    ), deleted as (
      delete from public.patrols
      using patrol
      where patrols.patrol_id = patrol.patrol_id
        and case ${deletable}::text
          when 'any' then true
          when 'own_in_progress' then patrol.patrol_by = ${by.user_id}::uuid and patrol.status = 'in_progress'
          else false
        end
      returning patrols.patrol_id
    )
    select exists (select from deleted) as is_deleted from patrol
  `);
  const { is_deleted } = outcome ?? patrolNotFound(patrolId);
  if (!is_deleted) throw new PatrolServiceError('FORBIDDEN', `may not delete patrol ${patrolId}`);
}
