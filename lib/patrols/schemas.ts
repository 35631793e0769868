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

export const PatrolEntry = Type.Object({
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
});
export type PatrolEntry = Static<typeof PatrolEntry>;

export const PatrolWithEntries = Type.Object({
  ...patrolFields,
  patrol_by_name: Name,
  entries: Type.Array(PatrolEntry),
});
export type PatrolWithEntries = Static<typeof PatrolWithEntries>;

/** A stored entry: names are auth-service's, and never stored. */
export const StoredEntry = Type.Omit(PatrolEntry, ['user_name']);
export type StoredEntry = Static<typeof StoredEntry>;
/** A stored patrol with its entries. */
export type StoredPatrol = Patrol & { readonly entries: readonly StoredEntry[] };

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
  'patrol_changed',
  'patrol_deleted',
  'entries_added',
  'entry_marked',
  'entries_removed',
  'person_erased',
]);

const nullableUuid = { type: ['string', 'null'], format: 'uuid' } as const;

/** A row or rows before or after a change, or null: of many shapes, not validated. */
const State = Type.Unsafe<unknown>({});

/** One change of a patrol, with author, time, trace, and states before and after. */
export const AuditRecord = Type.Object({
  audit_id: Type.Integer(),
  at: Timestamp,
  action: AuditAction,
  patrol_id: PatrolId,
  patrol_entry_id: Type.Unsafe<PatrolEntryId | null>(nullableUuid),
  user_id: Type.Unsafe<UserId | null>(nullableUuid),
  trace_id: nullable(Type.String()),
  before: State,
  after: State,
});
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditTrail = Type.Object({ items: Type.Array(AuditRecord) });
export type AuditTrail = Static<typeof AuditTrail>;
