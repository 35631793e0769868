import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { CampusDate, PatrolId } from '../campus-types.ts';
import type { Database } from '../database/database.ts';
import { rowSchema } from '../database/row-schema.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { PatrolStatus, StoredEntry } from './schemas.ts';
import { ENTRY_COUNTS, ENTRY_SHAPE, utc } from './shapes.ts';
import { AuditRecord } from './trail-schemas.ts';

/** What a watcher follows; absent fields match everything. */
export interface EventScope {
  readonly patrol_id?: PatrolId | undefined;
  readonly date?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
}

const nullableCount = Type.Union([Type.Integer(), Type.Null()]);

/** A record of the trail, with its entry and the counts of its patrol as they are when it is read. */
const EventRow = Type.Interface([Type.Omit(AuditRecord, ['before', 'trace_id', 'student_id'])], {
  status: Type.Union([PatrolStatus, Type.Null()]),
  entry: Type.Union([StoredEntry, Type.Null()]),
  entries_count: nullableCount,
  present_count: nullableCount,
  absent_count: nullableCount,
  unchecked_count: nullableCount,
});
export type EventRow = Static<typeof EventRow>;

export interface EventsAfter {
  readonly events: readonly EventRow[];
  readonly newest: number;
}

/** The trail as a log of events (docs/contract.md, *Watching*). Ids come before commits: a reader sees gaps. */
export interface EventStore {
  /** Returns the newest id, 0 for an empty trail. */
  newest(): Promise<number>;
  /** Returns records after an id, oldest first, and the newest id of all. */
  after(eventId: number, limit: number): Promise<EventsAfter>;
  /** Returns the transactions that write to the trail now: each from before it takes its first id until its end. */
  writers(): Promise<ReadonlySet<string>>;
  /** Returns records of a scope after an id and up to another, oldest first. */
  between(scope: EventScope, after: number, upTo: number, limit: number): Promise<readonly EventRow[]>;
}

export function createEventStore(database: Database): EventStore {
  return {
    newest: () => newestId(database),
    after: (eventId, limit) => eventsAfter(database, eventId, limit),
    writers: () => trailWriters(database),
    between: (scope, after, upTo, limit) => eventsBetween(database, scope, { after, upTo, limit }),
  };
}

const Newest = Type.Object({ newest: Type.String() });
const NEWEST = sql.fragment`select coalesce(max(audit_id), 0)::text as newest from public.audit_trail`;

async function newestId(database: Database): Promise<number> {
  const row = await database.maybeOne(sql.prepared('newest_event', rowSchema(Newest))`
    ${NEWEST}
  `);
  return Number(row?.newest ?? 0);
}

const EventsFound = Type.Object({ events: Type.Array(EventRow) });
const EventsAndNewest = Type.Interface([EventsFound, Newest], {});

async function eventsAfter(database: Database, eventId: number, limit: number): Promise<EventsAfter> {
  const found = await database.maybeOne(sql.prepared('events_after', rowSchema(EventsAndNewest))`
    with found as materialized (
      select * from public.audit_trail where audit_id > ${eventId}::bigint order by audit_id limit ${limit}
    ), ${COUNTED}
    select ${EVENTS} as events, (${NEWEST}) as newest
  `);
  return { events: found?.events ?? [], newest: Number(found?.newest ?? 0) };
}

const Writers = Type.Object({ writers: Type.Array(Type.String()) });

/** This lock is taken before an id is, and released after the commit is visible. */
async function trailWriters(database: Database): Promise<ReadonlySet<string>> {
  const row = await database.maybeOne(sql.prepared('trail_writers', rowSchema(Writers))`
    select coalesce(json_agg(virtualtransaction), '[]') as writers
    from pg_catalog.pg_locks
    where relation = 'public.audit_trail'::regclass
      and database = (select oid from pg_catalog.pg_database where datname = current_database())
      and mode = 'RowExclusiveLock'
      and granted
  `);
  return new Set(row?.writers);
}

async function eventsBetween(
  database: Database,
  scope: EventScope,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): Promise<readonly EventRow[]> {
  const { name, conditions } = conditionsOf(CONDITIONS, scope);
  const found = await database.maybeOne(sql.prepared(`events_between${name}`, rowSchema(EventsFound))`
    with found as materialized (
      select * from public.audit_trail
      where audit_id > ${after}::bigint and audit_id <= ${upTo}::bigint
        and patrol_id is not null and ${sql.and([...conditions, sql.fragment`true`])}
      order by audit_id
      limit ${limit}
    ), ${COUNTED}
    select ${EVENTS} as events
  `);
  return found?.events ?? [];
}

const CONDITIONS: Conditions<keyof EventScope> = {
  patrol_id: (patrolId) => sql.fragment`patrol_id = ${patrolId}::uuid`,
  date: (date) => sql.fragment`date = ${date}::date`,
  building: (building) => sql.fragment`building = ${building}`,
  entrance: (entrance) => sql.fragment`entrance = ${entrance}`,
};

/** The patrols of `found`, counted once each. */
const COUNTED = sql.fragment`counted as materialized (
      select patrols.patrol_id, patrols.status, entries.*
      from public.patrols cross join lateral (
        select ${ENTRY_COUNTS} from public.patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
      ) as entries
      where patrols.patrol_id in (select patrol_id from found)
    )`;

const EVENTS = sql.fragment`coalesce((
        select json_agg(event order by event.audit_id) from (
          select
            audit_id,
            ${utc('at')} as at,
            action,
            found.patrol_id,
            found.patrol_entry_id,
            user_id,
            to_char(date, 'YYYY-MM-DD') as date,
            building,
            entrance,
            after,
            status,
            entries_count,
            present_count,
            absent_count,
            unchecked_count,
            (
              select row_to_json(entry) from (
                select ${ENTRY_SHAPE} from public.patrol_entries as listed
                where listed.patrol_entry_id = found.patrol_entry_id
              ) as entry
            ) as entry
          from found left join counted on counted.patrol_id = found.patrol_id
        ) as event
      ), '[]')`;
