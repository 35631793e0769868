import Type, { type Static } from 'typebox';
import { CampusDate, PatrolEntryId, PatrolId, UserId } from '../campus-types.ts';
import {
  Building,
  countOf,
  described,
  Entrance,
  Name,
  nullable,
  nullableCounts,
  nullableStatus,
  nullableTimestamp,
  nullableUuid,
  Patrol,
  type PatrolStatus,
  PatrolWithEntries,
  plain,
  StoredRoom,
} from './schemas.ts';

/** The shapes of what is asked while an evening goes on: drawn up anew, reopened, who is absent, who is on no list. */

/** What drawing a list up anew changed (docs/contract.md, *Drawing up anew*), by entries. */
export const RosterChanges = Type.Object(
  {
    added: Type.Array(PatrolEntryId, { description: 'Добавлены: их не было в списке' }),
    excused: Type.Array(PatrolEntryId, { description: 'Отмечены отсутствующими: теперь есть заявление' }),
    no_longer_excused: Type.Array(PatrolEntryId, {
      description: 'Снова не проверены: заявление больше не действует',
    }),
    no_longer_listed: Type.Array(PatrolEntryId, {
      description: 'Больше не живут в подъезде; из списка не убраны',
    }),
  },
  { title: 'RosterChanges', description: 'Что изменилось, когда список составили заново: id записей' },
);
export type RosterChanges = Static<typeof RosterChanges>;

/** A patrol that was drawn up anew. */
export const PatrolRefreshed = Type.Object(
  { patrol: PatrolWithEntries, changes: RosterChanges },
  { title: 'PatrolRefreshed', description: 'Обход, список которого составлен заново' },
);
export type PatrolRefreshed = Static<typeof PatrolRefreshed>;

/** Why a patrol is reopened. */
export const ReopenReason = Type.String({
  ...{ minLength: 1, maxLength: 2000, ...plain },
  description: 'Почему обход открывают; остаётся в истории',
  examples: ['вернулся в 23:40'],
});

/** Without a reason; on a leave that is over; or with a reason otherwise. */
export const AbsenceKind = Type.Enum(['unexplained', 'overdue', 'explained'], {
  title: 'AbsenceKind',
  examples: ['explained'],
  description:
    'unexplained — никто не знает почему, overdue — не вернулся вовремя, explained — причина известна',
});
export type AbsenceKind = Static<typeof AbsenceKind>;

/** Somebody who is absent, and whom to call. */
export const Absentee = Type.Object(
  {
    patrol_entry_id: PatrolEntryId,
    user_id: described(UserId, 'Студент'),
    user_name: Name,
    room: StoredRoom,
    kind: AbsenceKind,
    absence_reason: nullable(
      Type.String({
        description: 'Почему студента нет; null: никто не знает',
        examples: ['Одобренное заявление на выход до 23:00: театр'],
      }),
    ),
    leave_until: described(nullableTimestamp, 'До какого времени отпущен; null: заявления нет'),
    checked_at: described(nullableTimestamp, 'Когда студента отметил человек; null: никто не отмечал'),
    phone: nullable(
      Type.String({
        description: 'Телефон; null: auth-service его не назвал',
        examples: ['+7 900 000-00-00'],
      }),
    ),
  },
  { title: 'Absentee', description: 'Кого нет, и как дозвониться' },
);
export type Absentee = Static<typeof Absentee>;

export const Absentees = Type.Object(
  { items: Type.Array(Absentee, { description: 'В том порядке, в котором звонить' }) },
  { title: 'Absentees', description: 'Отсутствующие одного обхода' },
);
export type Absentees = Static<typeof Absentees>;

/** One entrance of a date: how many minors live there, and its patrol, if it has one. */
const CoveredPlace = Type.Object(
  {
    building: Building,
    entrance: Entrance,
    minors: countOf('Сколько несовершеннолетних живёт в подъезде', 1),
    patrol_id: Type.Unsafe<PatrolId | null>({
      ...nullableUuid,
      description: 'Обход; null: его нет',
      examples: ['5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34'],
    }),
    status: Type.Unsafe<Static<typeof PatrolStatus> | null>({
      ...nullableStatus,
      description: 'Его состояние; null: обхода нет',
    }),
    ...nullableCounts,
  },
  { title: 'CoveredPlace', description: 'Подъезд: сколько в нём несовершеннолетних и каков его обход' },
);

const UnlistedMinor = Type.Object(
  {
    user_id: described(UserId, 'Студент'),
    user_name: Name,
    building: Building,
    entrance: Entrance,
    room: StoredRoom,
  },
  { title: 'UnlistedMinor', description: 'Несовершеннолетний, которого нет ни в одном списке вечера' },
);

const MinorOfSeveralLists = Type.Object(
  {
    user_id: described(UserId, 'Студент'),
    user_name: Name,
    patrol_ids: Type.Array(PatrolId, { description: 'Обходы, в списках которых он есть' }),
  },
  {
    title: 'MinorOfSeveralLists',
    description: 'Несовершеннолетний, который есть в нескольких списках вечера',
  },
);

/** Whether every minor of the campus is on a list of a date. */
export const Coverage = Type.Object(
  {
    date: described(CampusDate, 'Дата вечера'),
    places: Type.Array(CoveredPlace, { description: 'Все подъезды кампуса' }),
    on_no_list: Type.Array(UnlistedMinor, { description: 'Кого нет ни в одном списке' }),
    on_several_lists: Type.Array(MinorOfSeveralLists, { description: 'Кто есть в нескольких списках' }),
  },
  { title: 'Coverage', description: 'Все ли несовершеннолетние кампуса в списках вечера' },
);
export type Coverage = Static<typeof Coverage>;

/** A patrol of a list, with the students on it. */
export const ListedPatrol = Type.Interface([Patrol], { user_ids: Type.Array(UserId) });
export type ListedPatrol = Static<typeof ListedPatrol>;
