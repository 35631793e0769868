import { sql } from 'slonik';
import { PatrolServiceError } from '../errors.ts';
import { authorOf } from './author.ts';
import type { Database } from './database.ts';
import type { NewEntry } from './entry-list.ts';
import { matching, type PatrolFilter } from './patrol-filter.ts';
import type { Deletable } from './permissions.ts';
import { inRoomOrder } from './room-order.ts';
import type {
  CampusDate,
  Patrol,
  PatrolId,
  PatrolPage,
  PatrolPlace,
  PatrolWithEntries,
  UserId,
} from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE } from './shapes.ts';
import { prepared } from './statement.ts';

export interface EntryCounts {
  readonly entries: number;
  readonly present: number;
  readonly absent: number;
}

export interface NewPatrol extends PatrolPlace {
  readonly patrol_by: UserId;
  readonly entries: readonly NewEntry[];
}

/** The patrols in PostgreSQL. Each function is one round trip. */
export interface PatrolStore {
  /** Newest first: date, then created_at, then id. A page past the end is empty. */
  list(filter: PatrolFilter, page: number, size: number): Promise<PatrolPage>;
  /** All patrols of a date, never a page, in the list's order. */
  ofDate(filter: PatrolFilter & { readonly date: CampusDate }): Promise<Patrol[]>;
  /** How many entries each patrol has, and how they are marked. */
  count(patrolIds: readonly PatrolId[]): Promise<ReadonlyMap<PatrolId, EntryCounts>>;
  /** @throws PATROL_NOT_FOUND */
  read(patrolId: PatrolId): Promise<PatrolWithEntries>;
  /** Writes the patrol and all its entries, or nothing. @throws PATROL_ALREADY_EXISTS */
  start(patrol: NewPatrol): Promise<PatrolWithEntries>;
  /** Waits for marks in flight; none lands after it. @throws PATROL_NOT_FOUND, PATROL_ALREADY_COMPLETED */
  complete(patrolId: PatrolId, by: UserId): Promise<PatrolWithEntries>;
  /** Deletes a patrol with its entries, if it is one of the `deletable`. @throws PATROL_NOT_FOUND, FORBIDDEN */
  remove(patrolId: PatrolId, by: UserId, deletable: Deletable): Promise<void>;
}

export function createPatrolStore(database: Database): PatrolStore {
  return {
    list: (filter, page, size) => listPatrols(database, filter, page, size),
    ofDate: (filter) => patrolsOfDate(database, filter),
    count: (patrolIds) => countEntries(database, patrolIds),
    read: (patrolId) => readPatrol(database, patrolId),
    start: (patrol) => startPatrol(database, patrol),
    complete: (patrolId, by) => completePatrol(database, patrolId, by),
    remove: (patrolId, by, deletable) => removePatrol(database, patrolId, by, deletable),
  };
}

async function listPatrols(database: Database, filter: PatrolFilter, page: number, size: number) {
  const { name, condition } = matching(filter);
  const counted = filter.date === undefined ? COUNTED_BY_TRIGGERS : COUNTED;
  const found = await database.maybeOne(prepared<Pick<PatrolPage, 'items' | 'total'>>(`list_patrols${name}`)`
    select
      (select ${counted} where ${condition}) as total,
      coalesce((select json_agg(patrol) from (
        select ${PATROL_SHAPE}
        from patrols
        where ${condition}
        order by ${NEWEST_FIRST}
        limit ${size}::bigint offset (${page}::bigint - 1) * ${size}::bigint
      ) as patrol), '[]') as items
  `);
  const { items, total } = found ?? { items: [], total: 0 };
  return { items, total, page, size, pages: Math.ceil(total / size) };
}

async function patrolsOfDate(database: Database, filter: PatrolFilter): Promise<Patrol[]> {
  const { name, condition } = matching(filter);
  const found = await database.maybeOne(prepared<{ patrols: Patrol[] }>(`patrols_of_date${name}`)`
    select coalesce(json_agg(patrol), '[]') as patrols
    from (select ${PATROL_SHAPE} from patrols where ${condition} order by ${NEWEST_FIRST}) as patrol
  `);
  return found?.patrols ?? [];
}

async function countEntries(database: Database, patrolIds: readonly PatrolId[]) {
  type Counted = EntryCounts & { readonly patrol_id: PatrolId };
  const found = await database.maybeOne(prepared<{ counted: Counted[] }>('count_entries')`
    select coalesce(json_agg(counts), '[]') as counted from (
      select
        patrol_id,
        count(*)::int as entries,
        (count(*) filter (where is_present))::int as present,
        (count(*) filter (where not is_present))::int as absent
      from patrol_entries
      where patrol_id = any(${sql.array(patrolIds, 'uuid')})
      group by patrol_id
    ) as counts
  `);
  return new Map(found?.counted.map(({ patrol_id, ...counts }) => [patrol_id, counts]));
}

/** The triggers on patrols keep count by all that a list is filtered by, dates apart: of those each has eight at most. */
const COUNTED_BY_TRIGGERS = sql.fragment`coalesce(sum(patrols), 0)::int from patrol_counts`;
const COUNTED = sql.fragment`count(*)::int from patrols`;
const NEWEST_FIRST = sql.fragment`patrols.date desc, patrols.created_at desc, patrols.patrol_id desc`;

async function readPatrol(database: Database, patrolId: PatrolId): Promise<PatrolWithEntries> {
  const patrol = await database.maybeOne(prepared<PatrolWithEntries>('read_patrol')`
    select ${PATROL_SHAPE}, coalesce((
      select json_agg(entry) from (
        select ${ENTRY_SHAPE} from patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
      ) as entry
    ), '[]') as entries
    from patrols
    where patrol_id = ${patrolId}
  `);
  return byRoom(patrol ?? missing(patrolId));
}

async function startPatrol(database: Database, patrol: NewPatrol): Promise<PatrolWithEntries> {
  const entries = patrol.entries.map((entry) => [
    entry.user_id,
    entry.room,
    entry.is_present,
    entry.absence_reason,
  ]);
  const started = await database.maybeOne(prepared<PatrolWithEntries>('start_patrol')`
    with ${authorOf(patrol.patrol_by, database)}, patrol as (
      insert into patrols (date, building, entrance, patrol_by)
      select ${patrol.date}::date, ${patrol.building}, ${patrol.entrance}::smallint, ${patrol.patrol_by}::uuid
      from author
      on conflict (date, building, entrance) do nothing
      returning *
    ), listed as (
      insert into patrol_entries (patrol_id, user_id, room, is_present, absence_reason)
      select patrol.patrol_id, minor.*
      from patrol cross join ${sql.unnest(entries, ['uuid', 'varchar', 'bool', 'text'])} as minor
      returning *
    )
    select ${PATROL_SHAPE}, coalesce((
      select json_agg(entry) from (select ${ENTRY_SHAPE} from listed) as entry
    ), '[]') as entries
    from patrol
  `);
  if (started) return byRoom(started);
  const { date, building, entrance } = patrol;
  throw new PatrolServiceError(
    'PATROL_ALREADY_EXISTS',
    `${date}, building ${building}, entrance ${entrance}`,
  );
}

async function completePatrol(
  database: Database,
  patrolId: PatrolId,
  by: UserId,
): Promise<PatrolWithEntries> {
  interface Outcome {
    readonly status_before: Patrol['status'];
    readonly completed: PatrolWithEntries | null;
  }
  // The row is locked before anything is computed from it: `submitted_at` is later than every mark that landed.
  const outcome = await database.maybeOne(prepared<Outcome>('complete_patrol')`
    with ${authorOf(by, database)}, patrol as materialized (
      select patrol_id, status from patrols cross join author where patrol_id = ${patrolId} for update of patrols
    ), completed as (
      update patrols
      set status = 'completed', submitted_at = clock_timestamp()
      from patrol
      where patrols.patrol_id = patrol.patrol_id and patrol.status = 'in_progress'
      returning patrols.*
    )
    select patrol.status as status_before, (
      select row_to_json(whole) from (
        select ${PATROL_SHAPE}, coalesce((
          select json_agg(entry) from (
            select ${ENTRY_SHAPE} from entries_of_patrol(completed.patrol_id)
          ) as entry
        ), '[]') as entries
        from completed
      ) as whole
    ) as completed
    from patrol
  `);
  const { completed } = outcome ?? missing(patrolId);
  if (completed) return byRoom(completed);
  throw new PatrolServiceError('PATROL_ALREADY_COMPLETED', `patrol ${patrolId}`);
}

async function removePatrol(database: Database, patrolId: PatrolId, by: UserId, deletable: Deletable) {
  const outcome = await database.maybeOne(prepared<{ readonly is_deleted: boolean }>('delete_patrol')`
    with ${authorOf(by, database)}, patrol as materialized (
      select patrol_id, patrol_by, status
      from patrols cross join author
      where patrol_id = ${patrolId}
      for update of patrols
    ), deleted as (
      delete from patrols
      using patrol
      where patrols.patrol_id = patrol.patrol_id
        and case ${deletable}::text
          when 'any' then true
          when 'own_in_progress' then patrol.patrol_by = ${by}::uuid and patrol.status = 'in_progress'
          else false
        end
      returning patrols.patrol_id
    )
    select exists (select from deleted) as is_deleted from patrol
  `);
  const { is_deleted } = outcome ?? missing(patrolId);
  if (!is_deleted) throw new PatrolServiceError('FORBIDDEN', `may not delete patrol ${patrolId}`);
}

function byRoom(patrol: PatrolWithEntries): PatrolWithEntries {
  return { ...patrol, entries: inRoomOrder(patrol.entries) };
}

function missing(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_FOUND', `no patrol ${patrolId}`);
}
