import Type, { type Static, type TSchema } from 'typebox';
import { CampusDate, PatrolEntryId, PatrolId, Timestamp, UserId } from '../campus-types.ts';

/** Excludes NUL, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot encode. */
const STORABLE_TEXT = '^[^\\u0000\\ud800-\\udfff]*$';

/** Free text, normalized by `plainText` before validation. */
const plain = { pattern: STORABLE_TEXT, 'x-plain-text': true } as const;

/** The campus defines which buildings and entrances exist (campus.ts, CAMPUS_BUILDINGS). */
export const Building = Type.String();
export const Entrance = Type.Integer({ minimum: 1 });
export const PatrolStatus = Type.Enum(['in_progress', 'completed']);
export const Room = Type.String({ minLength: 1, maxLength: 10, ...plain });
export const AbsenceReason = Type.String({ maxLength: 2000, ...plain });

/** Returns the schema or null as one `type` array, for OpenAPI 3.1 and the compiled serializer. */
export function nullable<Schema extends TSchema & { readonly type: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}

export const nullableTimestamp = Type.Unsafe<Timestamp | null>({
  type: ['string', 'null'],
  format: 'date-time',
});

/** The fields of a mark, of one entry or of one among several. */
export const markFields = {
  is_present: nullable(Type.Boolean({ description: 'null: отметка снята, студент не проверен' })),
  absence_reason: Type.Optional(nullable(AbsenceReason)),
};

/** The version of a patrol or entry: each change gives it another one. For its entity tag, and never in a body. */
const Version = Type.String();
export interface Versioned {
  readonly version: Static<typeof Version>;
}

const patrolFields = {
  patrol_id: PatrolId,
  date: CampusDate,
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  patrol_by: UserId,
  started_at: Timestamp,
  submitted_at: nullableTimestamp,
  entries_count: Type.Integer(),
  present_count: Type.Integer(),
  absent_count: Type.Integer(),
  unchecked_count: Type.Integer(),
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const Patrol = Type.Object(patrolFields);
export type Patrol = Static<typeof Patrol>;

/** A person’s name. */
export const Name = nullable(Type.String({ description: 'null: auth-service его не назвал' }));

const entryFields = {
  patrol_entry_id: PatrolEntryId,
  patrol_id: PatrolId,
  user_id: UserId,
  user_name: Name,
  room: Type.String(),
  is_present: nullable(Type.Boolean({ description: 'null: ещё не проверен' })),
  absence_reason: nullable(Type.String({ description: 'null при отсутствии: никто не знает почему' })),
  leave_until: nullableTimestamp,
  checked_at: nullableTimestamp,
  created_at: Timestamp,
  updated_at: Timestamp,
};

/** An entry of a list. */
export const ListedEntry = Type.Object(entryFields);
export type ListedEntry = Static<typeof ListedEntry>;

/** One entry, with its version. */
export const PatrolEntry = Type.Unsafe<ListedEntry & Versioned>(ListedEntry);
export type PatrolEntry = Static<typeof PatrolEntry>;

const PatrolBody = Type.Object({ ...patrolFields, patrol_by_name: Name, entries: Type.Array(ListedEntry) });
/** A patrol with its entries, and with the version of both. */
export const PatrolWithEntries = Type.Unsafe<Static<typeof PatrolBody> & Versioned>(PatrolBody);
export type PatrolWithEntries = Static<typeof PatrolWithEntries>;

/** A stored entry: names are auth-service's, and never stored. */
export const StoredEntry = Type.Omit(ListedEntry, ['user_name']);
export type StoredEntry = Static<typeof StoredEntry>;
/** A stored entry, with its version. */
export const VersionedEntry = Type.Interface([StoredEntry], { version: Version });
export type VersionedEntry = Static<typeof VersionedEntry>;
/** A stored patrol with its entries, and with the version of both. */
export type StoredPatrol = Patrol & Versioned & { readonly entries: readonly StoredEntry[] };

export const PatrolPage = Type.Object({
  items: Type.Array(Patrol),
  total: Type.Integer(),
  page: nullable(Type.Integer({ description: 'null: продолжение по after' })),
  size: Type.Integer(),
  pages: Type.Integer(),
  next: nullable(Type.String({ description: 'after следующей страницы; null на последней' })),
});
export type PatrolPage = Static<typeof PatrolPage>;

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
]);

const nullableUuid = { type: ['string', 'null'], format: 'uuid' } as const;

/** A row or rows before or after a change, or null: of many shapes, not validated. */
const State = Type.Unsafe<unknown>({});

/** One change of a patrol: author (`user_id`), time, trace, the patrol's date and place, the student, the states. */
export const AuditRecord = Type.Object({
  audit_id: Type.Integer(),
  at: Timestamp,
  action: AuditAction,
  patrol_id: PatrolId,
  patrol_entry_id: Type.Unsafe<PatrolEntryId | null>(nullableUuid),
  user_id: Type.Unsafe<UserId | null>(nullableUuid),
  trace_id: nullable(Type.String()),
  date: Type.Unsafe<CampusDate | null>({ type: ['string', 'null'], format: 'date' }),
  building: nullable(Building),
  entrance: nullable(Entrance),
  student_id: Type.Unsafe<UserId | null>({ ...nullableUuid, description: 'null: не об одном студенте' }),
  before: State,
  after: State,
});
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditTrail = Type.Object({ items: Type.Array(AuditRecord) });
export type AuditTrail = Static<typeof AuditTrail>;

const EntryIds = Type.Array(PatrolEntryId);

/** What drawing a list up anew changed (contract.md, *Drawing up anew*), by entries. */
export const RosterChanges = Type.Object({
  added: EntryIds,
  excused: EntryIds,
  no_longer_excused: EntryIds,
  no_longer_listed: EntryIds,
});
export type RosterChanges = Static<typeof RosterChanges>;

/** A patrol that was drawn up anew. */
export const PatrolRefreshed = Type.Object({ patrol: PatrolWithEntries, changes: RosterChanges });
export type PatrolRefreshed = Static<typeof PatrolRefreshed>;

/** Why a patrol is reopened. */
export const ReopenReason = Type.String({ minLength: 1, maxLength: 2000, ...plain });

/** Without a reason; on a leave that is over; or with a reason otherwise. */
export const AbsenceKind = Type.Enum(['unexplained', 'overdue', 'explained']);
export type AbsenceKind = Static<typeof AbsenceKind>;

/** Somebody who is absent, and whom to call. */
export const Absentee = Type.Object({
  patrol_entry_id: PatrolEntryId,
  user_id: UserId,
  user_name: Name,
  room: Type.String(),
  kind: AbsenceKind,
  absence_reason: nullable(Type.String()),
  leave_until: nullableTimestamp,
  checked_at: nullableTimestamp,
  phone: nullable(Type.String({ description: 'null: auth-service его не назвал' })),
});
export type Absentee = Static<typeof Absentee>;

export const Absentees = Type.Object({ items: Type.Array(Absentee) });
export type Absentees = Static<typeof Absentees>;

const nullableCount = Type.Unsafe<number | null>({ type: ['integer', 'null'] });

/** One entrance of a date: how many minors live there, and its patrol, if it has one. */
const CoveredPlace = Type.Object({
  building: Building,
  entrance: Entrance,
  minors: Type.Integer(),
  patrol_id: Type.Unsafe<PatrolId | null>({ type: ['string', 'null'], format: 'uuid' }),
  status: Type.Unsafe<Static<typeof PatrolStatus> | null>({
    type: ['string', 'null'],
    enum: ['in_progress', 'completed', null],
  }),
  entries_count: nullableCount,
  present_count: nullableCount,
  absent_count: nullableCount,
  unchecked_count: nullableCount,
});

/** Whether every minor of the campus is on a list of a date. */
export const Coverage = Type.Object({
  date: CampusDate,
  places: Type.Array(CoveredPlace),
  on_no_list: Type.Array(
    Type.Object({
      user_id: UserId,
      user_name: Name,
      building: Building,
      entrance: Entrance,
      room: Type.String(),
    }),
  ),
  on_several_lists: Type.Array(
    Type.Object({ user_id: UserId, user_name: Name, patrol_ids: Type.Array(PatrolId) }),
  ),
});
export type Coverage = Static<typeof Coverage>;

/** A patrol of a list, with the students on it. */
export const ListedPatrol = Type.Interface([Patrol], { user_ids: Type.Array(UserId) });
export type ListedPatrol = Static<typeof ListedPatrol>;

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
  date: Type.Unsafe<CampusDate | null>({ type: ['string', 'null'], format: 'date' }),
  building: nullable(Building),
  entrance: nullable(Entrance),
  status: Type.Unsafe<Static<typeof PatrolStatus> | null>({
    type: ['string', 'null'],
    enum: ['in_progress', 'completed', null],
    description: 'null: обход удалён',
  }),
  entries_count: nullableCount,
  present_count: nullableCount,
  absent_count: nullableCount,
  unchecked_count: nullableCount,
  patrol_entry_id: Type.Unsafe<PatrolEntryId | null>(nullableUuid),
  entry: Type.Union([ListedEntry, Type.Null()]),
});
export type PatrolEvent = Static<typeof PatrolEvent>;
