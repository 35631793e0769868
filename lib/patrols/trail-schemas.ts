import Type, { type Static } from 'typebox';
import {
  type CampusDate,
  type PatrolEntryId,
  type PatrolId,
  Timestamp,
  type UserId,
} from '../campus-types.ts';
import {
  Building,
  Entrance,
  nullable,
  nullableCount,
  nullableDate,
  nullableStatus,
  nullableUuid,
  Patrol,
  PatrolEntry,
  type PatrolStatus,
} from './schemas.ts';

/** The shapes of the audit trail, and of the events that are read from it. */

/** The range of ids of records: PostgreSQL's are 64 bits, of which JSON tells 53 apart. */
export const RECORD_IDS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;

/** The kind of a change, as its trigger writes it. */
export const AuditAction = Type.Enum([
  'patrol_started',
  'patrol_completed',
  'patrol_reopened',
  'patrol_changed',
  'patrol_deleted',
  'entries_added',
  'entry_marked',
  'entry_excused',
  'entry_no_longer_excused',
  'entries_removed',
  'person_erased',
  'evening_archived',
  'evening_restored',
]);

/** A row or rows before or after a change, or null: of many shapes, not validated. */
const State = Type.Unsafe<unknown>({});

/** One change of a patrol: author (`user_id`), time, trace, the patrol's date and place, the student, the states. */
export const AuditRecord = Type.Object({
  audit_id: Type.Integer(),
  at: Timestamp,
  action: AuditAction,
  patrol_id: Type.Unsafe<PatrolId | null>({ ...nullableUuid, description: 'null: не об одном обходе' }),
  patrol_entry_id: Type.Unsafe<PatrolEntryId | null>(nullableUuid),
  user_id: Type.Unsafe<UserId | null>(nullableUuid),
  trace_id: nullable(Type.String()),
  date: Type.Unsafe<CampusDate | null>(nullableDate),
  building: nullable(Building),
  entrance: nullable(Entrance),
  student_id: Type.Unsafe<UserId | null>({ ...nullableUuid, description: 'null: не об одном студенте' }),
  before: State,
  after: State,
});
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditTrail = Type.Object({ items: Type.Array(AuditRecord) });
export type AuditTrail = Static<typeof AuditTrail>;

/** Records of the trail, newest first. `next` is the `after` of the next page, null on the last. */
export const AuditPage = Type.Object({
  items: Type.Array(AuditRecord),
  next: nullable(Type.Integer()),
});
export type AuditPage = Static<typeof AuditPage>;

/** One change as watchers see it: which patrol, what happened, the entry after it, and the patrol's counts. */
export const PatrolEvent = Type.Object({
  event_id: Type.Integer({ description: 'audit_id; отсюда продолжают по Last-Event-ID' }),
  at: Timestamp,
  action: AuditAction,
  author: Type.Unsafe<UserId | null>(nullableUuid),
  patrol_id: Type.Unsafe<PatrolId | null>(nullableUuid),
  date: Type.Unsafe<CampusDate | null>(nullableDate),
  building: nullable(Building),
  entrance: nullable(Entrance),
  status: Type.Unsafe<Static<typeof PatrolStatus> | null>({
    ...nullableStatus,
    description: 'null: обход удалён',
  }),
  entries_count: nullableCount,
  present_count: nullableCount,
  absent_count: nullableCount,
  unchecked_count: nullableCount,
  patrol_entry_id: Type.Unsafe<PatrolEntryId | null>(nullableUuid),
  entry: Type.Union([PatrolEntry, Type.Null()]),
});
export type PatrolEvent = Static<typeof PatrolEvent>;

/** What a watch begins with: what is watched as it is, at most the newest hundred, and the id that events go on from. */
export const WatchSnapshot = Type.Object({ event_id: Type.Integer(), patrols: Type.Array(Patrol) });
export type WatchSnapshot = Static<typeof WatchSnapshot>;
