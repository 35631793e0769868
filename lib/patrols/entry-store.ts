import { sql } from 'slonik';
import { PatrolServiceError } from '../errors.ts';
import { authorOf } from './author.ts';
import type { Database } from './database.ts';
import type { Mark } from './marks.ts';
import type { Patrol, PatrolEntry, PatrolEntryId, PatrolId, UserId } from './schemas.ts';
import { ENTRY_SHAPE } from './shapes.ts';
import { prepared } from './statement.ts';

/**
 * The entries in PostgreSQL, each function one round trip. Whatever changes an entry first takes the patrol `for
 * share`, which handing it in must wait for, and which waits for handing it in: the two never cross.
 */
export interface EntryStore {
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND */
  read(patrolId: PatrolId, entryId: PatrolEntryId): Promise<PatrolEntry>;
  /** @throws PATROL_NOT_FOUND, PATROL_NOT_IN_PROGRESS, PATROL_ENTRY_ALREADY_EXISTS */
  add(patrolId: PatrolId, student: NewStudent, by: UserId): Promise<PatrolEntry>;
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  mark(patrolId: PatrolId, entryId: PatrolEntryId, mark: Mark, by: UserId): Promise<PatrolEntry>;
  /** @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PATROL_NOT_IN_PROGRESS */
  remove(patrolId: PatrolId, entryId: PatrolEntryId, by: UserId): Promise<void>;
}

/** A student whom the list missed. */
export type NewStudent = Pick<PatrolEntry, 'user_id' | 'room'>;

export function createEntryStore(database: Database): EntryStore {
  return {
    read: (patrolId, entryId) => readEntry(database, patrolId, entryId),
    add: (patrolId, student, by) => addEntry(database, patrolId, student, by),
    mark: (patrolId, entryId, mark, by) => markEntry(database, { patrolId, entryId, mark, by }),
    remove: (patrolId, entryId, by) => removeEntry(database, patrolId, entryId, by),
  };
}

/** What a change met: the patrol's status, whether the entry was there, and the entry as it came out. */
interface Outcome {
  readonly status: Patrol['status'];
  readonly found: boolean;
  readonly entry: PatrolEntry | null;
}

async function readEntry(database: Database, patrolId: PatrolId, entryId: PatrolEntryId) {
  const outcome = await database.maybeOne(prepared<Pick<Outcome, 'entry'>>('read_entry')`
    select (
      select row_to_json(entry) from (
        select ${ENTRY_SHAPE}
        from patrol_entries
        where patrol_entries.patrol_id = patrols.patrol_id and patrol_entry_id = ${entryId}
      ) as entry
    ) as entry
    from patrols
    where patrol_id = ${patrolId}
  `);
  return (outcome ?? patrolMissing(patrolId)).entry ?? entryMissing(patrolId, entryId);
}

async function addEntry(database: Database, patrolId: PatrolId, student: NewStudent, by: UserId) {
  const { user_id: userId, room } = student;
  const outcome = await database.maybeOne(prepared<Omit<Outcome, 'found'>>('add_entry')`
    with ${authorOf(by, database)}, patrol as materialized (
      select patrol_id, status from patrols cross join author where patrol_id = ${patrolId} for share of patrols
    ), added as (
      insert into patrol_entries (patrol_id, user_id, room)
      select patrol_id, ${userId}::uuid, ${room}::text from patrol where status = 'in_progress'
      on conflict (patrol_id, user_id) do nothing
      returning *
    )
    select status, (
      select row_to_json(entry) from (select ${ENTRY_SHAPE} from added) as entry
    ) as entry
    from patrol
  `);
  const { status, entry } = outcome ?? patrolMissing(patrolId);
  if (status === 'completed') notInProgress(patrolId);
  if (entry) return entry;
  throw new PatrolServiceError('PATROL_ENTRY_ALREADY_EXISTS', `user ${userId} in patrol ${patrolId}`);
}

interface Marking {
  readonly patrolId: PatrolId;
  readonly entryId: PatrolEntryId;
  readonly mark: Mark;
  readonly by: UserId;
}

async function markEntry(database: Database, { patrolId, entryId, mark, by }: Marking) {
  const outcome = await database.maybeOne(prepared<Outcome>('mark_entry')`
    with ${authorOf(by, database)}, patrol as materialized (
      select patrol_id, status from patrols cross join author where patrol_id = ${patrolId} for share of patrols
    ), changed as (
      update patrol_entries
      set is_present = ${mark.is_present}, absence_reason = ${mark.absence_reason}, checked_at = clock_timestamp()
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

async function removeEntry(database: Database, patrolId: PatrolId, entryId: PatrolEntryId, by: UserId) {
  const outcome = await database.maybeOne(prepared<Outcome>('remove_entry')`
    with ${authorOf(by, database)}, patrol as materialized (
      select patrol_id, status from patrols cross join author where patrol_id = ${patrolId} for share of patrols
    ), changed as (
      delete from patrol_entries
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

/** What a statement with `patrol` (the locked row) and `changed` (the entry, if it was changed) ends with. */
function outcomeOf(entryId: PatrolEntryId) {
  return { ...OUTCOME, values: [entryId] };
}

const OUTCOME = sql.fragment`
    select status, exists (
      select from patrol_entries
      where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = ${'entry'}
    ) as found, (
      select row_to_json(entry) from (select ${ENTRY_SHAPE} from changed) as entry
    ) as entry
    from patrol
  `;

/** Gives the entry as the change left it, or says why there was no change. */
function changedEntry(outcome: Outcome | null, patrolId: PatrolId, entryId: PatrolEntryId): PatrolEntry {
  const { status, found, entry } = outcome ?? patrolMissing(patrolId);
  if (entry) return entry;
  // An entry that another request removed in the meantime is still `found` in this statement's snapshot.
  if (found && status === 'completed') notInProgress(patrolId);
  return entryMissing(patrolId, entryId);
}

function patrolMissing(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_FOUND', `no patrol ${patrolId}`);
}

function entryMissing(patrolId: PatrolId, entryId: PatrolEntryId): never {
  throw new PatrolServiceError('PATROL_ENTRY_NOT_FOUND', `no entry ${entryId} in patrol ${patrolId}`);
}

function notInProgress(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_IN_PROGRESS', `patrol ${patrolId} is completed`);
}
