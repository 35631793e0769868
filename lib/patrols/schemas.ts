import Type, { type Static, type TSchema } from 'typebox';
import { CampusDate, PatrolEntryId, PatrolId, Timestamp, UserId } from '../campus-types.ts';

/** Excludes NUL, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot encode. */
const STORABLE_TEXT = '^[^\\u0000\\ud800-\\udfff]*$';

/** Free text, normalized by `plainText` before validation. */
export const plain = { pattern: STORABLE_TEXT, 'x-plain-text': true } as const;

/** The campus defines which buildings and entrances exist (campus.ts, CAMPUS_BUILDINGS). */
export const Building = Type.String({
  description: 'Корпус. На кампусе «Сириус» 8 — мальчики, 9 — девочки',
  examples: ['9'],
});
export const Entrance = Type.Integer({ minimum: 1, description: 'Подъезд корпуса', examples: [4] });
export const PatrolStatus = Type.Enum(['in_progress', 'completed'], {
  title: 'PatrolStatus',
  description: 'in_progress — идёт, completed — сдан',
});
const room = { description: 'Комната', examples: ['301'] };
export const Room = Type.String({ minLength: 1, maxLength: 10, ...plain, ...room });
/** A room as it is stored. */
export const StoredRoom = Type.String(room);
export const AbsenceReason = Type.String({
  ...{ maxLength: 2000, ...plain },
  description:
    'Почему студента нет. Без причины, null или пусто: никто не знает. Если студент на месте, не учитывается',
  examples: ['у врача'],
});

/** Returns the schema or null as one `type` array, for OpenAPI 3.1 and the compiled serializer. */
export function nullable<Schema extends TSchema & { readonly type: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** Returns a required field's schema with a description of its own, in Russian. */
export function described<Schema extends TSchema>(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

/** Returns the schema of a number of things. */
export function countOf(description: string, example = 0) {
  return Type.Integer({ minimum: 0, description, examples: [example] });
}

const CHECKED_AT = '2026-11-23T20:00:00.000Z';
export const nullableTimestamp = Type.Unsafe<Timestamp | null>({
  type: ['string', 'null'],
  format: 'date-time',
  examples: [CHECKED_AT],
});

/** A time that is null in the example. */
export const noTimestamp = Type.Unsafe<Timestamp | null>({ ...nullableTimestamp, examples: [null] });

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
    Type.Boolean({
      description: 'true — на месте, false — отсутствует, null — отметка снята, студент не проверен',
      examples: [false],
    }),
  ),
  absence_reason: Type.Optional(nullable(AbsenceReason)),
};

/** Something with a version that each change gives it anew: for its entity tag, and never in a body. */
export interface Versioned {
  readonly version: string;
}

/** The counts of a patrol's entries, as those of the example's one absentee. */
const patrolCounts = {
  entries_count: countOf('Сколько студентов в списке', 1),
  present_count: countOf('Сколько на месте'),
  absent_count: countOf('Сколько отсутствует', 1),
  unchecked_count: countOf('Сколько ещё не проверено'),
};

/** The same counts where there may be no patrol. */
export const nullableCounts = {
  entries_count: nullable(
    described(patrolCounts.entries_count, 'Сколько студентов в списке; null: обхода нет'),
  ),
  present_count: nullable(described(patrolCounts.present_count, 'Сколько на месте; null: обхода нет')),
  absent_count: nullable(described(patrolCounts.absent_count, 'Сколько отсутствует; null: обхода нет')),
  unchecked_count: nullable(
    described(patrolCounts.unchecked_count, 'Сколько ещё не проверено; null: обхода нет'),
  ),
};

const changeTimes = {
  created_at: described(Timestamp, 'Когда записано'),
  updated_at: { ...Timestamp, description: 'Когда изменено в последний раз', examples: [CHECKED_AT] },
};

/** Who started a patrol. */
export const PatrolBy = Type.Unsafe<UserId>({
  ...UserId,
  description: 'Кто начал обход',
  examples: ['1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21'],
});

const patrolFields = {
  patrol_id: PatrolId,
  date: described(CampusDate, 'Дата вечера'),
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  patrol_by: PatrolBy,
  started_at: described(Timestamp, 'Когда начат'),
  submitted_at: described(noTimestamp, 'Когда сдан; null: ещё идёт или открыт заново'),
  ...patrolCounts,
  ...changeTimes,
};

export const Patrol = Type.Object(patrolFields, {
  title: 'Patrol',
  description: 'Обход: один вечер одного подъезда',
});
export type Patrol = Static<typeof Patrol>;

/** A person’s name. */
export const Name = nullable(
  Type.String({
    description: 'Фамилия, имя, отчество; null: auth-service его не назвал',
    examples: ['Белов Артём Игоревич'],
  }),
);

/** The name of who started a patrol. */
export const PatrolByName = nullable(
  Type.String({
    description: 'Кто начал обход: фамилия, имя, отчество; null: auth-service его не назвал',
    examples: ['Орлова Мария Сергеевна'],
  }),
);

const entryFields = {
  patrol_entry_id: PatrolEntryId,
  patrol_id: PatrolId,
  user_id: described(UserId, 'Студент'),
  user_name: Name,
  room: StoredRoom,
  is_present: nullable(
    Type.Boolean({
      description: 'true — на месте, false — отсутствует, null — ещё не проверен',
      examples: [false],
    }),
  ),
  absence_reason: nullable(
    Type.String({
      description: 'Почему студента нет; null при отсутствии: никто не знает почему',
      examples: ['у врача'],
    }),
  ),
  leave_until: described(
    noTimestamp,
    'До какого времени студент отпущен по заявлению на выход; null: заявления нет',
  ),
  checked_at: described(nullableTimestamp, 'Когда студента отметил человек; null: никто не отмечал'),
  ...changeTimes,
};

/** An entry. Its version is `updated_at`. */
export const PatrolEntry = Type.Object(entryFields, {
  title: 'PatrolEntry',
  description: 'Запись проверки: один несовершеннолетний студент в одном обходе',
});
export type PatrolEntry = Static<typeof PatrolEntry>;

const PatrolBody = Type.Object(
  {
    ...patrolFields,
    patrol_by_name: PatrolByName,
    entries: Type.Array(PatrolEntry, { description: 'Записи по порядку комнат' }),
  },
  { title: 'PatrolWithEntries', description: 'Обход со списком студентов' },
);
/** A patrol with its entries, and with the version of both. */
export const PatrolWithEntries = Type.Unsafe<Static<typeof PatrolBody> & Versioned>(PatrolBody);
export type PatrolWithEntries = Static<typeof PatrolWithEntries>;

/** A stored entry: names are auth-service's, and never stored. */
export const StoredEntry = Type.Omit(PatrolEntry, ['user_name']);
export type StoredEntry = Static<typeof StoredEntry>;
/** A stored patrol with its entries, and with the version of both. */
export type StoredPatrol = Patrol & Versioned & { readonly entries: readonly StoredEntry[] };

export const PatrolPage = Type.Object(
  {
    items: Type.Array(Patrol, { description: 'Обходы страницы, сначала новые' }),
    total: countOf('Сколько обходов всего', 1),
    page: nullable(
      Type.Integer({ description: 'Номер страницы; null: продолжение по after', examples: [1] }),
    ),
    size: Type.Integer({ description: 'Сколько обходов на странице', examples: [20] }),
    pages: countOf('Сколько страниц', 1),
    next: nullable(
      Type.String({ description: 'after следующей страницы; null на последней', examples: [null] }),
    ),
  },
  { title: 'PatrolPage', description: 'Страница списка обходов' },
);
export type PatrolPage = Static<typeof PatrolPage>;
