import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { Reach } from '../auth/reach.ts';
import type { PatrolEntryId, PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { authorOf } from './author.ts';
import { markEntries } from './entry-marks.ts';
import { entryAlreadyExists, entryNotFound, patrolNotFound, patrolNotInProgress } from './errors.ts';
import type { EntryMark, Mark } from './marks.ts';
import { patrolToChange } from './patrol-lock.ts';
import { PatrolStatus, StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, within } from './shapes.ts';

/**
 * The entries in PostgreSQL; each function is one round trip. Changes lock the patrol `for share`: they and handing in
 * wait for each other. Beyond the caller's reach no patrol exists.
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

export function createEntryStore(database: Database): EntryStore {
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

const EntryAdded = Type.Interface([EntryFound], { status: PatrolStatus });

async function addEntry(database: Database, by: Caller, patrolId: PatrolId, student: NewStudent) {
  const { user_id: userId, room } = student;
  const outcome = await database.maybeOne(sql.prepared('add_entry', rowSchema(EntryAdded))`
    with ${authorOf(by.user_id, database)}, ${patrolToChange(by, patrolId)}, added as (
      insert into public.patrol_entries (patrol_id, user_id, room)
      select patrol_id, ${userId}::uuid, ${room}::text from patrol where status = 'in_progress'
      on conflict (patrol_id, user_id) do nothing
      returning *
    )
    select status, (
      select row_to_json(entry) from (select ${ENTRY_SHAPE} from added) as entry
    ) as entry
    from patrol
  `);
  const { status, entry } = outcome ?? patrolNotFound(patrolId);
  if (status === 'completed') patrolNotInProgress(patrolId);
  return entry ?? entryAlreadyExists(patrolId);
}

/** The result of a change: the patrol's status, whether the entry existed, and the changed entry. */
const EntryChange = Type.Interface([EntryAdded], { found: Type.Boolean() });

interface Marking {
  readonly by: Caller;
  readonly patrolId: PatrolId;
  readonly entryId: PatrolEntryId;
  readonly mark: Mark;
}

async function markEntry(database: Database, { by, patrolId, entryId, mark }: Marking) {
  const outcome = await database.maybeOne(sql.prepared('mark_entry', rowSchema(EntryChange))`
    with ${authorOf(by.user_id, database)}, ${patrolToChange(by, patrolId)}, changed as (
      update public.patrol_entries
      set
        is_present = ${mark.is_present}::bool,
        absence_reason = ${mark.absence_reason},
        checked_at = case when ${mark.is_present}::bool is not null then clock_timestamp() end
      from patrol
      where patrol_entries.patrol_id = patrol.patrol_id
        and patrol_entry_id = ${entryId}
        and patrol.status = 'in_progress'
      returning patrol_entries.*
    )
    ${outcomeOf(entryId)}
  `);
  return changedEntry(outcome, patrolId, entryId);
}

async function removeEntry(database: Database, by: Caller, patrolId: PatrolId, entryId: PatrolEntryId) {
  const outcome = await database.maybeOne(sql.prepared('remove_entry', rowSchema(EntryChange))`
    with ${authorOf(by.user_id, database)}, ${patrolToChange(by, patrolId)}, changed as (
      delete from public.patrol_entries
      using patrol
      where patrol_entries.patrol_id = patrol.patrol_id
        and patrol_entry_id = ${entryId}
        and patrol.status = 'in_progress'
      returning patrol_entries.*
    )
    ${outcomeOf(entryId)}
  `);
  changedEntry(outcome, patrolId, entryId);
}

/** The end of a statement with `patrol` (the locked row) and `changed` (the entry, if it was changed). */
function outcomeOf(entryId: PatrolEntryId) {
  return sql.fragment`
    select status, exists (
      select from public.patrol_entries
      where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = ${entryId}
    ) as found, (
      select row_to_json(entry) from (select ${ENTRY_SHAPE} from changed) as entry
    ) as entry
    from patrol
  `;
}

/** Returns the changed entry, or throws why there is none. */
function changedEntry(
  outcome: Static<typeof EntryChange> | null,
  patrolId: PatrolId,
  entryId: PatrolEntryId,
): StoredEntry {
  const { status, found, entry } = outcome ?? patrolNotFound(patrolId);
  if (entry) return entry;
  // An entry that was removed concurrently is still `found` in this statement's snapshot.
  if (found && status === 'completed') patrolNotInProgress(patrolId);
  return entryNotFound(patrolId, entryId);
}
