import Type, { type Static } from 'typebox';
import { CampusDate, PatrolId, UserId } from '../campus-types.ts';
import {
  Building,
  countOf,
  described,
  Entrance,
  Name,
  noTimestamp,
  PatrolBy,
  PatrolByName,
  PatrolStatus,
} from './schemas.ts';

/** How many entries there are of each kind; every entry is of one kind (docs/contract.md, *Reports*). */
const countsByKind = {
  present_count: countOf('Сколько раз на месте'),
  absent_by_leave_count: countOf('Сколько раз отсутствует по заявлению на выход'),
  absent_with_reason_count: countOf('Сколько раз отсутствует: причина известна, заявления нет', 1),
  unexplained_count: countOf('Сколько раз отсутствует: причину никто не знает'),
  unchecked_count: countOf('Сколько раз не проверен'),
};

const patrolFields = {
  patrol_id: PatrolId,
  date: described(CampusDate, 'Дата вечера'),
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  patrol_by: PatrolBy,
  submitted_at: described(noTimestamp, 'Когда сдан; null: ещё идёт или открыт заново'),
  entries_count: countOf('Сколько студентов в списке', 1),
  ...countsByKind,
};

const studentFields = {
  user_id: described(UserId, 'Студент'),
  evenings_count: countOf('Сколько раз в списке обхода', 1),
  ...countsByKind,
};

/** A stored patrol of a report. */
export const CountedPatrol = Type.Object(patrolFields);
export type CountedPatrol = Static<typeof CountedPatrol>;

/** A student of a report, with the entrance of their last list in the period. */
export const CountedStudent = Type.Object({ ...studentFields, building: Building, entrance: Entrance });
export type CountedStudent = Static<typeof CountedStudent>;

/** A row of the report by patrol. */
export const PatrolAttendance = Type.Object(
  { ...patrolFields, patrol_by_name: PatrolByName },
  { title: 'PatrolAttendance', description: 'Строка отчёта: один обход' },
);
export type PatrolAttendance = Static<typeof PatrolAttendance>;

/** A row of the report by student. */
export const StudentAttendance = Type.Object(
  { ...studentFields, user_name: Name },
  { title: 'StudentAttendance', description: 'Строка отчёта: один студент за период' },
);
export type StudentAttendance = Static<typeof StudentAttendance>;

/** The report as JSON. */
export const AttendanceDocument = Type.Object(
  {
    date_from: described(CampusDate, 'Первый день периода'),
    date_to: described(CampusDate, 'Последний день периода'),
    patrols: Type.Array(PatrolAttendance, { description: 'По обходам' }),
    students: Type.Array(StudentAttendance, {
      description: 'По студентам, сначала с отсутствиями без причины',
    }),
  },
  { title: 'AttendanceReport', description: 'Посещаемость за период' },
);
