import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { PatrolEntryId, PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { authorOf } from './author.ts';
import { entryNotFound, patrolNotFound, patrolNotInProgress, preconditionFailed } from './errors.ts';
import type { Mark } from './marks.ts';
import { named, patrolToChange } from './patrol-lock.ts';
import { PatrolStatus, StoredEntry } from './schemas.ts';
import { ENTRY_SHAPE, entryVersion } from './shapes.ts';

/** The result of a change: the changed entry, or the patrol's status and the entry's version, null without entry. */
const EntryChange = Type.Object({
  status: PatrolStatus,
  version: Type.Union([Type.String(), Type.Null()]),
  entry: Type.Union([StoredEntry, Type.Null()]),
});

interface Marking {
  readonly by: Caller;
  readonly patrolId: PatrolId;
  readonly entryId: PatrolEntryId;
  readonly mark: Mark;
}

/** Marks an entry. @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PRECONDITION_FAILED, PATROL_NOT_IN_PROGRESS */
export async function markEntry(database: Database, { by, patrolId, entryId, mark }: Marking) {
  const outcome = await database.change(
    (deadline) => sql.prepared(named('mark_entry', by), rowSchema(EntryChange))`
    with ${authorOf(by.user_id, deadline)}, ${patrolOf(by, patrolId)}, changed as (
      update public.patrol_entries
      set
        is_present = ${mark.is_present}::bool,
        absence_reason = ${mark.absence_reason},
        checked_at = case when ${mark.is_present}::bool is not null then clock_timestamp() end
      from patrol
      where patrol_entry_id = ${entryId} and ${mayBeChanged(by)}
      returning patrol_entries.*
    ), ${CHANGED_ENTRY}
    select
      status,
      entry,
      case when entry is null then public.entry_version(patrol_id, ${entryId}) end as version
    from patrol left join changed_entry on true
  `,
  );
  return changedEntry(outcome, by, patrolId, entryId);
}

/** Removes an entry. @throws PATROL_NOT_FOUND, PATROL_ENTRY_NOT_FOUND, PRECONDITION_FAILED, PATROL_NOT_IN_PROGRESS */
export async function removeEntry(
  database: Database,
  by: Caller,
  patrolId: PatrolId,
  entryId: PatrolEntryId,
): Promise<void> {
  const outcome = await database.change(
    (deadline) => sql.prepared(named('remove_entry', by), rowSchema(EntryChange))`
    with ${authorOf(by.user_id, deadline)}, ${patrolOf(by, patrolId)}, changed as (
      delete from public.patrol_entries
      using patrol
      where patrol_entry_id = ${entryId} and ${mayBeChanged(by)}
      returning patrol_entries.*
    ), ${CHANGED_ENTRY}
    select
      status,
      entry,
      case when entry is null then public.entry_version(patrol_id, ${entryId}) end as version
    from patrol left join changed_entry on true
  `,
  );
  changedEntry(outcome, by, patrolId, entryId);
}

/** Locks the patrol for changes of one entry: `If-Match` is about the entry. */
function patrolOf({ reach }: Caller, patrolId: PatrolId) {
  return patrolToChange({ reach, ifMatch: null }, patrolId, 'share');
}

/** An entry of a patrol that may be changed. After a wait for another change it is looked at again. */
const OF_AN_OPEN_PATROL = sql.fragment`patrol_entries.patrol_id = patrol.patrol_id
        and patrol.status = 'in_progress'`;

/** Returns the condition that an entry may be changed by a caller. */
function mayBeChanged({ ifMatch }: Caller) {
  if (!ifMatch) return OF_AN_OPEN_PATROL;
  return sql.fragment`${OF_AN_OPEN_PATROL}
        and ${entryVersion('patrol_entries')} = any(${sql.array([...ifMatch], 'text')})`;
}

/** `changed_entry as (…)`, after `changed`: the entry as it is answered, if it was changed. */
const CHANGED_ENTRY = sql.fragment`changed_entry as (
      select row_to_json(entry) as entry from (
        select ${ENTRY_SHAPE} from changed
      ) as entry
    )`;

/** Returns the changed entry, or throws why there is none. */
function changedEntry(
  outcome: Static<typeof EntryChange> | null,
  { ifMatch }: Caller,
  patrolId: PatrolId,
  entryId: PatrolEntryId,
): StoredEntry {
  const { status, version, entry } = outcome ?? patrolNotFound(patrolId);
  if (entry) return entry;
  if (version === null) return entryNotFound(patrolId, entryId);
  if (ifMatch && !ifMatch.includes(version)) preconditionFailed(version);
  if (status === 'completed') patrolNotInProgress(patrolId);
  // It was added while the statement ran.
  return entryNotFound(patrolId, entryId);
}
