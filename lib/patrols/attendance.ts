import Type, { type Static } from 'typebox';
import { CampusDate, PatrolId, UserId } from '../campus-types.ts';
import { Building, Entrance, Name, nullableTimestamp, PatrolStatus } from './schemas.ts';

/** How many entries there are of each kind; every entry is of one kind (docs/contract.md, *Reports*). */
const countsByKind = {
  present_count: Type.Integer(),
  absent_by_leave_count: Type.Integer({ description: 'По заявлению на выход' }),
  absent_with_reason_count: Type.Integer({ description: 'Причина известна, заявления нет' }),
  unexplained_count: Type.Integer({ description: 'Причину никто не знает' }),
  unchecked_count: Type.Integer(),
};

const patrolFields = {
  patrol_id: PatrolId,
  date: CampusDate,
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  patrol_by: UserId,
  submitted_at: nullableTimestamp,
  entries_count: Type.Integer(),
  ...countsByKind,
};

const studentFields = {
  user_id: UserId,
  evenings_count: Type.Integer({ description: 'Сколько раз в списке обхода' }),
  ...countsByKind,
};

/** A stored patrol of a report. */
export const CountedPatrol = Type.Object(patrolFields);
export type CountedPatrol = Static<typeof CountedPatrol>;

/** A student of a report, with the entrance of their last list in the period. */
export const CountedStudent = Type.Object({ ...studentFields, building: Building, entrance: Entrance });
export type CountedStudent = Static<typeof CountedStudent>;

/** A row of the report by patrol. */
export const PatrolAttendance = Type.Object({ ...patrolFields, patrol_by_name: Name });
export type PatrolAttendance = Static<typeof PatrolAttendance>;

/** A row of the report by student. */
export const StudentAttendance = Type.Object({ ...studentFields, user_name: Name });
export type StudentAttendance = Static<typeof StudentAttendance>;

/** The report as JSON. */
export const AttendanceDocument = Type.Object({
  date_from: CampusDate,
  date_to: CampusDate,
  patrols: Type.Array(PatrolAttendance),
  students: Type.Array(StudentAttendance),
});
