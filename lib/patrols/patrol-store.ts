import { sql } from 'slonik';
import { PatrolServiceError } from '../errors.ts';
import { type Database, rowsOf } from './database.ts';
import type { NewEntry } from './entry-list.ts';
import { byRoom } from './room-order.ts';
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

export interface PatrolFilter {
  readonly date?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
  readonly status?: string | undefined;
}

export interface NewPatrol extends PatrolPlace {
  readonly patrol_by: UserId;
  readonly entries: readonly NewEntry[];
}

/** The patrols in PostgreSQL. Each function is one round trip, `remove` apart. */
export interface PatrolStore {
  /** Newest first: date, then created_at, then id. A page past the end is empty. */
  list(filter: PatrolFilter, page: number, size: number): Promise<PatrolPage>;
  /** @throws PATROL_NOT_FOUND */
  read(patrolId: PatrolId): Promise<PatrolWithEntries>;
  /** Writes the patrol and all its entries, or nothing. @throws PATROL_ALREADY_EXISTS */
  start(patrol: NewPatrol): Promise<PatrolWithEntries>;
  /** Waits for marks in flight; none lands after it. @throws PATROL_NOT_FOUND, PATROL_ALREADY_COMPLETED */
  complete(patrolId: PatrolId): Promise<PatrolWithEntries>;
  /** Deletes a patrol with its entries if `allowed` says so of its state. @throws PATROL_NOT_FOUND, FORBIDDEN */
  remove(patrolId: PatrolId, allowed: (patrol: Patrol) => boolean): Promise<void>;
}

export function createPatrolStore(database: Database): PatrolStore {
  return {
    list: (filter, page, size) => listPatrols(database, filter, page, size),
    read: (patrolId) => readPatrol(database, patrolId),
    start: (patrol) => startPatrol(database, patrol),
    complete: (patrolId) => completePatrol(database, patrolId),
    remove: (patrolId, allowed) => removePatrol(database, patrolId, allowed),
  };
}

async function listPatrols(database: Database, filter: PatrolFilter, page: number, size: number) {
  const given = (['date', 'building', 'entrance', 'status'] as const).filter(
    (name) => filter[name] !== undefined,
  );
  const conditions = given.map((name) => sql.fragment`${sql.identifier([name])} = ${filter[name] ?? null}`);
  const matching = sql.join([sql.fragment`true`, ...conditions], sql.fragment` and `);
  // A statement of its own for each set of filters: each is planned for the index that serves it.
  const name = ['list_patrols', ...given].join('_');
  const found = await database.maybeOne(sql.prepared(name, rowsOf<Pick<PatrolPage, 'items' | 'total'>>())`
    select
      (select count(*)::int from patrols where ${matching}) as total,
      coalesce((select json_agg(patrol) from (
        select ${PATROL_SHAPE}
        from patrols
        where ${matching}
        order by patrols.date desc, patrols.created_at desc, patrols.patrol_id desc
        limit ${size}::bigint offset (${page}::bigint - 1) * ${size}::bigint
      ) as patrol), '[]') as items
  `);
  const { items, total } = found ?? { items: [], total: 0 };
  return { items, total, page, size, pages: Math.ceil(total / size) };
}

async function readPatrol(database: Database, patrolId: PatrolId): Promise<PatrolWithEntries> {
  const patrol = await database.maybeOne(sql.prepared('read_patrol', rowsOf<PatrolWithEntries>())`
    select ${PATROL_SHAPE}, coalesce((
      select json_agg(entry) from (
        select ${ENTRY_SHAPE} from patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
      ) as entry
    ), '[]') as entries
    from patrols
    where patrol_id = ${patrolId}
  `);
  return inRoomOrder(patrol ?? missing(patrolId));
}

async function startPatrol(database: Database, patrol: NewPatrol): Promise<PatrolWithEntries> {
  const entries = patrol.entries.map((entry) => [
    entry.user_id,
    entry.room,
    entry.is_present,
    entry.absence_reason,
  ]);
  const started = await database.maybeOne(sql.prepared('start_patrol', rowsOf<PatrolWithEntries>())`
    with patrol as (
      insert into patrols (date, building, entrance, patrol_by)
      values (${patrol.date}, ${patrol.building}, ${patrol.entrance}, ${patrol.patrol_by})
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
  if (started) return inRoomOrder(started);
  const { date, building, entrance } = patrol;
  throw new PatrolServiceError(
    'PATROL_ALREADY_EXISTS',
    `${date}, building ${building}, entrance ${entrance}`,
  );
}

async function completePatrol(database: Database, patrolId: PatrolId): Promise<PatrolWithEntries> {
  interface Outcome {
    readonly status_before: Patrol['status'];
    readonly completed: PatrolWithEntries | null;
  }
  // The row is locked before anything is computed from it: `submitted_at` is later than every mark that landed.
  const outcome = await database.maybeOne(sql.prepared('complete_patrol', rowsOf<Outcome>())`
    with patrol as materialized (
      select patrol_id, status from patrols where patrol_id = ${patrolId} for update
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
  if (completed) return inRoomOrder(completed);
  throw new PatrolServiceError('PATROL_ALREADY_COMPLETED', `patrol ${patrolId}`);
}

async function removePatrol(database: Database, patrolId: PatrolId, allowed: (patrol: Patrol) => boolean) {
  const outcome = await database.transaction(async (transaction) => {
    const patrol = await transaction.maybeOne(sql.prepared('lock_patrol', rowsOf<Patrol>())`
      select ${PATROL_SHAPE} from patrols where patrol_id = ${patrolId} for update
    `);
    if (!patrol) return 'missing';
    if (!allowed(patrol)) return 'refused';
    await transaction.query(sql.prepared('delete_patrol', rowsOf<never>())`
      delete from patrols where patrol_id = ${patrolId}
    `);
    return 'deleted';
  });
  if (outcome === 'missing') missing(patrolId);
  if (outcome === 'refused') throw new PatrolServiceError('FORBIDDEN', `may not delete patrol ${patrolId}`);
}

function inRoomOrder(patrol: PatrolWithEntries): PatrolWithEntries {
  return { ...patrol, entries: patrol.entries.toSorted(byRoom) };
}

function missing(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_FOUND', `no patrol ${patrolId}`);
}
