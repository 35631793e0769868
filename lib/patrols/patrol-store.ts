import { sql } from 'slonik';
import type { Caller } from '../auth/caller.ts';
import type { Reach, WithinReach } from '../auth/reach.ts';
import type { CampusDate, PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import type { Roster } from './entry-list.ts';
import { patrolNotFound } from './errors.ts';
import type { ListedPatrol } from './evening-schemas.ts';
import { completePatrol, reopenPatrol } from './hand-in.ts';
import { deletePatrol, type NewPatrol, startPatrol } from './patrol-changes.ts';
import type { PatrolFilter } from './patrol-filter.ts';
import { type ListPart, listPatrols, listPatrolsOfDate, patrolListsOf } from './patrol-list.ts';
import type { Deletable } from './permissions.ts';
import { type RefreshedPatrol, refreshPatrol } from './refresh.ts';
import type { Patrol, PatrolPage, StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE, within } from './shapes.ts';
import { PatrolRowWithEntries, patrolOf } from './stored-patrol.ts';

/**
 * The patrols in PostgreSQL; each function is one round trip. A patrol beyond the caller's reach does not exist.
 * Changes of one throw PRECONDITION_FAILED for another version than the caller expects.
 */
export interface PatrolStore {
  /** Returns a part of the list, newest first by date, created_at, id. @throws FORBIDDEN beyond the reach. */
  list(reach: Reach, filter: PatrolFilter, part: ListPart): Promise<PatrolPage>;
  /** Returns all patrols of a date, unpaged, in the list's order. @throws FORBIDDEN for a filter beyond the reach. */
  listOfDate(reach: Reach, filter: PatrolFilter & { readonly date: CampusDate }): Promise<Patrol[]>;
  /** Returns the patrols of a date, each with the students on its list. @throws FORBIDDEN beyond the reach. */
  listsOf(reach: Reach, date: CampusDate): Promise<ListedPatrol[]>;
  /** @throws PATROL_NOT_FOUND */
  read(reach: Reach, patrolId: PatrolId): Promise<StoredPatrol>;
  /** Writes the patrol with its entries, or nothing. @throws PATROL_ALREADY_EXISTS, naming the existing one. */
  start(by: Caller, patrol: NewPatrol): Promise<StoredPatrol>;
  /**
   * Hands a patrol in after the marks in flight. @param unchecked whether unchecked students are allowed.
   * @throws PATROL_NOT_FOUND, PATROL_ALREADY_COMPLETED, PATROL_HAS_UNCHECKED
   */
  complete(by: Caller, patrolId: PatrolId, unchecked: 'refuse' | 'allow'): Promise<StoredPatrol>;
  /** Opens a patrol that was handed in, for a reason. @throws PATROL_NOT_FOUND, PATROL_NOT_COMPLETED */
  reopen(by: Caller, patrolId: PatrolId, reason: string): Promise<StoredPatrol>;
  /** Draws the list up anew. @throws PATROL_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  refresh(by: Caller, patrolId: PatrolId, roster: Roster): Promise<RefreshedPatrol>;
  /** Deletes a patrol with its entries, if it is one of the `deletable`. @throws PATROL_NOT_FOUND, FORBIDDEN */
  delete(by: Caller, patrolId: PatrolId, deletable: Deletable): Promise<void>;
}

/** @param reads where lists are read: they may be a moment old there. */
export function createPatrolStore(database: Database, reads: Reads = database): WithinReach<PatrolStore> {
  return {
    list: (reach, filter, part) => listPatrols(reads, reach, filter, part),
    listOfDate: (reach, filter) => listPatrolsOfDate(reads, reach, filter),
    listsOf: (reach, date) => patrolListsOf(reads, reach, date),
    read: (reach, patrolId) => readPatrol(database, reach, patrolId),
    start: (by, patrol) => startPatrol(database, by, patrol),
    complete: (by, patrolId, unchecked) => completePatrol(database, by, patrolId, unchecked),
    reopen: (by, patrolId, reason) => reopenPatrol(database, by, patrolId, reason),
    refresh: (by, patrolId, roster) => refreshPatrol(database, by, patrolId, roster),
    delete: (by, patrolId, deletable) => deletePatrol(database, by, patrolId, deletable),
  };
}

async function readPatrol(database: Database, reach: Reach, patrolId: PatrolId): Promise<StoredPatrol> {
  const found = await database.maybeOne(sql.prepared('read_patrol', rowSchema(PatrolRowWithEntries))`
    select ${PATROL_SHAPE}, coalesce((
      select json_agg(entry) from (
        select ${ENTRY_SHAPE} from public.patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
      ) as entry
    ), '[]') as entries
    from public.patrols
    where patrol_id = ${patrolId} and ${within(reach)}
  `);
  return patrolOf(found ?? patrolNotFound(patrolId));
}
