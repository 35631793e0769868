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
  described,
  Entrance,
  nullable,
  nullableCounts,
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
export const AuditAction = Type.Enum(
  [
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
  ],
  {
    title: 'AuditAction',
    description: 'Что произошло; entry_… и entries_… — с записями обхода',
    examples: ['entry_marked'],
  },
);

/** A row or rows before or after a change, or null: of many shapes, not validated. */
const state = (description: string, example: unknown) =>
  Type.Unsafe<unknown>({ description, examples: [example] });

const ofPatrol = {
  date: Type.Unsafe<CampusDate | null>({ ...nullableDate, description: 'Дата обхода; null: обхода нет' }),
  building: nullable(described(Building, 'Корпус обхода; null: обхода нет')),
  entrance: nullable(described(Entrance, 'Подъезд обхода; null: обхода нет')),
};

const patrolOrNull = Type.Unsafe<PatrolId | null>({
  ...nullableUuid,
  description: 'Обход; null: не об одном обходе',
  examples: ['5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34'],
});
const entryOrNull = Type.Unsafe<PatrolEntryId | null>({
  ...nullableUuid,
  description: 'Запись проверки; null: не об одной записи',
});
const author = Type.Unsafe<UserId | null>({
  ...nullableUuid,
  description: 'Кто изменил; null: сам сервис',
  examples: ['1c9e4d70-52ab-4f6e-b3d8-7a0f6e5c4b21'],
});

/** One change of a patrol: author (`user_id`), time, trace, the patrol's date and place, the student, the states. */
export const AuditRecord = Type.Object(
  {
    audit_id: Type.Integer({ description: 'Номер записи истории; растёт', examples: [1024] }),
    at: described(Timestamp, 'Когда изменено'),
    action: AuditAction,
    patrol_id: patrolOrNull,
    patrol_entry_id: entryOrNull,
    user_id: author,
    trace_id: nullable(
      Type.String({
        description: 'X-Trace-ID запроса, который изменил; null: не запрос',
        examples: ['0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77'],
      }),
    ),
    ...ofPatrol,
    student_id: Type.Unsafe<UserId | null>({
      ...nullableUuid,
      description: 'Студент; null: не об одном студенте',
      examples: ['3d200b8a-d221-4c8a-a9dc-76b34f89a999'],
    }),
    before: state('Что было; null: не было ничего', { is_present: null }),
    after: state('Что стало; null: ничего не осталось', { is_present: false }),
  },
  { title: 'AuditRecord', description: 'Одно изменение: кто, когда и что' },
);
export type AuditRecord = Static<typeof AuditRecord>;

export const AuditTrail = Type.Object(
  { items: Type.Array(AuditRecord, { description: 'Изменения по порядку' }) },
  { title: 'AuditTrail', description: 'История одного обхода' },
);
export type AuditTrail = Static<typeof AuditTrail>;

/** Records of the trail, newest first. `next` is the `after` of the next page, null on the last. */
export const AuditPage = Type.Object(
  {
    items: Type.Array(AuditRecord, { description: 'Изменения, сначала новые' }),
    next: nullable(
      Type.Integer({ description: 'after следующей страницы; null на последней', examples: [1023] }),
    ),
  },
  { title: 'AuditPage', description: 'Страница истории кампуса' },
);
export type AuditPage = Static<typeof AuditPage>;

/** One change as watchers see it: which patrol, what happened, the entry after it, and the patrol's counts. */
export const PatrolEvent = Type.Object(
  {
    event_id: Type.Integer({ description: 'audit_id; отсюда продолжают по Last-Event-ID', examples: [1024] }),
    at: described(Timestamp, 'Когда изменено'),
    action: AuditAction,
    author,
    patrol_id: patrolOrNull,
    ...ofPatrol,
    status: Type.Unsafe<Static<typeof PatrolStatus> | null>({
      ...nullableStatus,
      description: 'Состояние обхода; null: обход удалён',
    }),
    ...nullableCounts,
    patrol_entry_id: entryOrNull,
    entry: Type.Union([PatrolEntry, Type.Null()], { description: 'Запись после изменения; null: её нет' }),
  },
  { title: 'PatrolEvent', description: 'Одно изменение вечера' },
);
export type PatrolEvent = Static<typeof PatrolEvent>;

/** What a watch begins with: what is watched as it is, at most the newest hundred, and the id that events go on from. */
export const WatchSnapshot = Type.Object(
  {
    event_id: Type.Integer({ description: 'Номер, после которого идут события', examples: [1023] }),
    patrols: Type.Array(Patrol, { description: 'Обходы как они есть, не больше ста новейших' }),
  },
  { title: 'WatchSnapshot', description: 'С чего поток начинается: событие snapshot' },
);
export type WatchSnapshot = Static<typeof WatchSnapshot>;
