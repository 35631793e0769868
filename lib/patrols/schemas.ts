import Type, { type Static, type TSchema } from 'typebox';

/** A string that only its own field may hold: a PatrolId never passes for a UserId. */
type Named<Name extends string> = string & { readonly named: Name };

export type PatrolId = Named<'PatrolId'>;
export type PatrolEntryId = Named<'PatrolEntryId'>;
export type UserId = Named<'UserId'>;
/** A calendar day of the campus, `YYYY-MM-DD`. */
export type CampusDate = Named<'CampusDate'>;
/** A moment, ISO 8601 in UTC with `Z`. */
export type Timestamp = Named<'Timestamp'>;

const uuid = { type: 'string', format: 'uuid' } as const;
/** Neither NUL, which PostgreSQL cannot store, nor half a surrogate pair, which UTF-8 cannot say; and not blank. */
const STORABLE_TEXT = '^(?=[\\s\\S]*\\S)[^\\u0000\\ud800-\\udfff]*$';

export const PatrolId = Type.Unsafe<PatrolId>(uuid);
export const PatrolEntryId = Type.Unsafe<PatrolEntryId>(uuid);
export const UserId = Type.Unsafe<UserId>(uuid);
/** The year 0000 is a date to ISO 8601, but not to PostgreSQL. */
export const CampusDate = Type.Unsafe<CampusDate>({ type: 'string', format: 'date', pattern: '^(?!0000)' });
export const Timestamp = Type.Unsafe<Timestamp>({ type: 'string', format: 'date-time' });
/** `"8"` is the boys' dormitory, `"9"` the girls'. */
export const Building = Type.Enum(['8', '9']);
export const Entrance = Type.Integer({ minimum: 1, maximum: 4 });
export const PatrolStatus = Type.Enum(['in_progress', 'completed']);
export const Room = Type.String({ minLength: 1, maxLength: 10, pattern: STORABLE_TEXT });
export const AbsenceReason = Type.String({ minLength: 1, maxLength: 2000, pattern: STORABLE_TEXT });

/** The schema, or null: one `type` array, which OpenAPI 3.1 and the compiled serializer both read at a glance. */
export function nullable<Schema extends TSchema & { readonly type: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}

const nullableTimestamp = Type.Unsafe<Timestamp | null>({ type: ['string', 'null'], format: 'date-time' });

const patrolFields = {
  patrol_id: PatrolId,
  date: CampusDate,
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  patrol_by: UserId,
  started_at: Timestamp,
  submitted_at: nullableTimestamp,
  created_at: Timestamp,
  updated_at: Timestamp,
};

export const Patrol = Type.Object(patrolFields);
export type Patrol = Static<typeof Patrol>;

export const PatrolEntry = Type.Object({
  patrol_entry_id: PatrolEntryId,
  patrol_id: PatrolId,
  user_id: UserId,
  room: Type.String(),
  is_present: nullable(Type.Boolean({ description: 'null: ещё не проверен' })),
  absence_reason: nullable(Type.String()),
  checked_at: nullableTimestamp,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type PatrolEntry = Static<typeof PatrolEntry>;

export const PatrolWithEntries = Type.Object({ ...patrolFields, entries: Type.Array(PatrolEntry) });
export type PatrolWithEntries = Static<typeof PatrolWithEntries>;

export const PatrolPage = Type.Object({
  items: Type.Array(Patrol),
  total: Type.Integer(),
  page: Type.Integer(),
  size: Type.Integer(),
  pages: Type.Integer(),
});
export type PatrolPage = Static<typeof PatrolPage>;

/** One entrance of one building, on one evening: what a patrol is of. */
export interface PatrolPlace {
  readonly date: CampusDate;
  readonly building: Static<typeof Building>;
  readonly entrance: number;
}

/** What a change was, as the trigger that wrote it calls it. */
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

/** A row before or after a change, the rows of a list, or null where there was none: of many shapes, written as it is. */
const State = Type.Unsafe<unknown>({});

/** One change of a patrol: who, when, what before and after, and under which trace. */
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
