import Type, { type Static, type TSchema } from 'typebox';
import { CampusDate, PatrolEntryId, PatrolId, Timestamp, UserId } from '../campus-types.ts';

/** Excludes NUL, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot encode. */
const STORABLE_TEXT = '^[^\\u0000\\ud800-\\udfff]*$';

/** Free text, normalized by `plainText` before validation. */
export const plain = { pattern: STORABLE_TEXT, 'x-plain-text': true } as const;

/** The campus defines which buildings and entrances exist (campus.ts, CAMPUS_BUILDINGS). */
export const Building = Type.String({ examples: ['9'] });
export const Entrance = Type.Integer({ minimum: 1, examples: [4] });
export const PatrolStatus = Type.Enum(['in_progress', 'completed']);
export const Room = Type.String({ minLength: 1, maxLength: 10, ...plain, examples: ['301'] });
export const AbsenceReason = Type.String({ maxLength: 2000, ...plain, examples: ['у врача'] });

/** Returns the schema or null as one `type` array, for OpenAPI 3.1 and the compiled serializer. */
export function nullable<Schema extends TSchema & { readonly type: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}

export const nullableTimestamp = Type.Unsafe<Timestamp | null>({
  type: ['string', 'null'],
  format: 'date-time',
  examples: ['2026-11-23T20:00:00.000Z'],
});

export const nullableCount = Type.Unsafe<number | null>({ type: ['integer', 'null'] });
export const nullableUuid = {
  type: ['string', 'null'],
  format: 'uuid',
  examples: ['b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10'],
} as const;
export const nullableDate = {
  type: ['string', 'null'],
  format: 'date',
  examples: ['2026-11-23'],
} as const;
export const nullableStatus = {
  type: ['string', 'null'],
  enum: ['in_progress', 'completed', null],
} as const;

/** The fields of a mark, of one entry or of one among several. */
export const markFields = {
  is_present: nullable(
    Type.Boolean({ description: 'null: отметка снята, студент не проверен', examples: [false] }),
  ),
  absence_reason: Type.Optional(nullable(AbsenceReason)),
};

/** Something with a version that each change gives it anew: for its entity tag, and never in a body. */
export interface Versioned {
  readonly version: string;
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
export const Name = nullable(
  Type.String({ description: 'null: auth-service его не назвал', examples: ['Белов Артём Игоревич'] }),
);

const entryFields = {
  patrol_entry_id: PatrolEntryId,
  patrol_id: PatrolId,
  user_id: UserId,
  user_name: Name,
  room: Type.String({ examples: ['301'] }),
  is_present: nullable(Type.Boolean({ description: 'null: ещё не проверен', examples: [false] })),
  absence_reason: nullable(
    Type.String({ description: 'null при отсутствии: никто не знает почему', examples: ['у врача'] }),
  ),
  leave_until: nullableTimestamp,
  checked_at: nullableTimestamp,
  created_at: Timestamp,
  updated_at: Timestamp,
};

/** An entry. Its version is `updated_at`. */
export const PatrolEntry = Type.Object(entryFields);
export type PatrolEntry = Static<typeof PatrolEntry>;

const PatrolBody = Type.Object({ ...patrolFields, patrol_by_name: Name, entries: Type.Array(PatrolEntry) });
/** A patrol with its entries, and with the version of both. */
export const PatrolWithEntries = Type.Unsafe<Static<typeof PatrolBody> & Versioned>(PatrolBody);
export type PatrolWithEntries = Static<typeof PatrolWithEntries>;

/** A stored entry: names are auth-service's, and never stored. */
export const StoredEntry = Type.Omit(PatrolEntry, ['user_name']);
export type StoredEntry = Static<typeof StoredEntry>;
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
