import Type, { type Static } from 'typebox';
import { CampusDate, PatrolEntryId, PatrolId, UserId } from '../campus-types.ts';
import {
  Building,
  Entrance,
  Name,
  nullable,
  nullableCount,
  nullableStatus,
  nullableTimestamp,
  nullableUuid,
  Patrol,
  type PatrolStatus,
  PatrolWithEntries,
  plain,
} from './schemas.ts';

/** The shapes of what is asked while an evening goes on: drawn up anew, reopened, who is absent, who is on no list. */

const EntryIds = Type.Array(PatrolEntryId);

/** What drawing a list up anew changed (docs/contract.md, *Drawing up anew*), by entries. */
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
export const ReopenReason = Type.String({
  ...{ minLength: 1, maxLength: 2000, ...plain },
  examples: ['вернулся в 23:40'],
});

/** Without a reason; on a leave that is over; or with a reason otherwise. */
export const AbsenceKind = Type.Enum(['unexplained', 'overdue', 'explained']);
export type AbsenceKind = Static<typeof AbsenceKind>;

/** Somebody who is absent, and whom to call. */
export const Absentee = Type.Object({
  patrol_entry_id: PatrolEntryId,
  user_id: UserId,
  user_name: Name,
  room: Type.String({ examples: ['301'] }),
  kind: AbsenceKind,
  absence_reason: nullable(Type.String({ examples: ['Одобренное заявление на выход до 23:00: театр'] })),
  leave_until: nullableTimestamp,
  checked_at: nullableTimestamp,
  phone: nullable(
    Type.String({ description: 'null: auth-service его не назвал', examples: ['+7 900 000-00-00'] }),
  ),
});
export type Absentee = Static<typeof Absentee>;

export const Absentees = Type.Object({ items: Type.Array(Absentee) });
export type Absentees = Static<typeof Absentees>;

/** One entrance of a date: how many minors live there, and its patrol, if it has one. */
const CoveredPlace = Type.Object({
  building: Building,
  entrance: Entrance,
  minors: Type.Integer(),
  patrol_id: Type.Unsafe<PatrolId | null>(nullableUuid),
  status: Type.Unsafe<Static<typeof PatrolStatus> | null>(nullableStatus),
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
      room: Type.String({ examples: ['301'] }),
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
