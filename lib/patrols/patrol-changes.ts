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
import { LOCKED, Locked, metOutcome, named, patrolToChange } from './patrol-lock.ts';
import type { Deletable } from './permissions.ts';
import { StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE } from './shapes.ts';
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
  const outcome = await database.change(
    (deadline) => sql.prepared('start_patrol', rowSchema(PatrolStarted))`
    with ${authorOf(by.user_id, deadline)}, patrol as (
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
  `,
  );
  if (outcome?.started) return patrolOf({ ...outcome.started, entries: outcome.entries });
  const patrolId = outcome?.existing;
  if (patrolId) throw new PatrolServiceError('PATROL_ALREADY_EXISTS', `patrol ${patrolId}`, { patrolId });
  throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the patrol that was there has just been deleted');
}

const PatrolDeleted = Type.Interface([Locked], { is_deleted: Type.Boolean() });

/** Deletes a patrol with its entries. @throws PATROL_NOT_FOUND, PRECONDITION_FAILED, FORBIDDEN */
export async function deletePatrol(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  deletable: Deletable,
): Promise<void> {
  const outcome = await database.change(
    (deadline) => sql.prepared(named('delete_patrol', by), rowSchema(PatrolDeleted))`
    with ${authorOf(by.user_id, deadline)}, ${patrolToChange(by, patrolId, 'update')}, deleted as (
      delete from public.patrols
      using patrol
      where patrols.patrol_id = patrol.patrol_id
        and patrol.is_met
        and case ${deletable}::text
          when 'any' then true
          when 'own_in_progress' then patrol.patrol_by = ${by.user_id}::uuid and patrol.status = 'in_progress'
          else false
        end
      returning patrols.patrol_id
    )
    select ${LOCKED}, exists (select from deleted) as is_deleted from patrol
  `,
  );
  const { is_deleted } = metOutcome(outcome, patrolId);
  if (!is_deleted) throw new PatrolServiceError('FORBIDDEN', `may not delete patrol ${patrolId}`);
}
