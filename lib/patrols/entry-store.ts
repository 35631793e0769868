import { sql } from 'slonik';
import Type from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { Reach, WithinReach } from '../auth/reach.ts';
import type { PatrolEntryId, PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { authorOf } from './author.ts';
import { markEntry, removeEntry } from './entry-changes.ts';
import { markEntries } from './entry-marks.ts';
import { entryAlreadyExists, entryNotFound, patrolNotFound, patrolNotInProgress } from './errors.ts';
import type { EntryMark, Mark } from './marks.ts';
import { LOCKED, Locked, metOutcome, named, patrolToChange } from './patrol-lock.ts';
import { StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, within } from './shapes.ts';

/**
 * The entries in PostgreSQL; each function is one round trip. Changes lock the patrol `for share`: they and handing in
 * wait for each other. Beyond the caller's reach no patrol exists. Changes throw PRECONDITION_FAILED for another version
 * than the caller expects.
 */
export interface EntryStore {
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND */
  read(reach: Reach, patrolId: PatrolId, entryId: PatrolEntryId): Promise<StoredEntry>;
  /** @throws PATROL_NOT_FOUND, PATROL_NOT_IN_PROGRESS, PATROL_ENTRY_ALREADY_EXISTS */
  add(by: Caller, patrolId: PatrolId, student: NewStudent): Promise<StoredEntry>;
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  mark(by: Caller, patrolId: PatrolId, entryId: PatrolEntryId, mark: Mark): Promise<StoredEntry>;
  /** Saves all marks or none. @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  markSeveral(by: Caller, patrolId: PatrolId, marks: readonly EntryMark[]): Promise<StoredPatrol>;
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  remove(by: Caller, patrolId: PatrolId, entryId: PatrolEntryId): Promise<void>;
}

/** A student who was missing from the list. */
export type NewStudent = Pick<StoredEntry, 'user_id' | 'room'>;

export function createEntryStore(database: Database): WithinReach<EntryStore> {
  return {
    read: (reach, patrolId, entryId) => readEntry(database, reach, patrolId, entryId),
    add: (by, patrolId, student) => addEntry(database, by, patrolId, student),
    mark: (by, patrolId, entryId, mark) => markEntry(database, { by, patrolId, entryId, mark }),
    markSeveral: (by, patrolId, marks) => markEntries(database, by, patrolId, marks),
    remove: (by, patrolId, entryId) => removeEntry(database, by, patrolId, entryId),
  };
}

const EntryFound = Type.Object({ entry: Type.Union([StoredEntry, Type.Null()]) });

async function readEntry(database: Database, reach: Reach, patrolId: PatrolId, entryId: PatrolEntryId) {
  const outcome = await database.maybeOne(sql.prepared('read_entry', rowSchema(EntryFound))`
    select (
      select row_to_json(entry) from (
        select ${ENTRY_SHAPE}
        from public.patrol_entries
        where patrol_entries.patrol_id = patrols.patrol_id and patrol_entry_id = ${entryId}
      ) as entry
    ) as entry
    from public.patrols
    where patrol_id = ${patrolId} and ${within(reach)}
  `);
  return (outcome ?? patrolNotFound(patrolId)).entry ?? entryNotFound(patrolId, entryId);
}

const EntryAdded = Type.Interface([EntryFound, Locked], {});

async function addEntry(database: Database, by: Caller, patrolId: PatrolId, student: NewStudent) {
  const { user_id: userId, room } = student;
  const outcome = await database.change(
    (deadline) => sql.prepared(named('add_entry', by), rowSchema(EntryAdded))`
    with ${authorOf(by.user_id, deadline)}, ${patrolToChange(by, patrolId, 'share')}, added as (
      insert into public.patrol_entries (patrol_id, user_id, room)
      select patrol_id, ${userId}::uuid, ${room}::text from patrol where is_met and status = 'in_progress'
      on conflict (patrol_id, user_id) do nothing
      returning *
    )
    select ${LOCKED}, (
      select row_to_json(entry) from (
        select ${ENTRY_SHAPE} from added
      ) as entry
    ) as entry
    from patrol
  `,
  );
  const { status, entry } = metOutcome(outcome, patrolId);
  if (status === 'completed') patrolNotInProgress(patrolId);
  return entry ?? entryAlreadyExists(patrolId);
}
