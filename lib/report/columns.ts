import { DateTime } from 'luxon';
import type { PatrolAttendance, StudentAttendance } from '../patrols/attendance.ts';

/** How a column is written: a number as a number, a date and a moment as a spreadsheet knows them. */
export type ColumnKind = 'text' | 'number' | 'date' | 'moment';

/** A column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly kind: ColumnKind;
  /** In characters. */
  readonly width: number;
  /** Returns the value; a date is `YYYY-MM-DD`, a moment ISO 8601. */
  value(row: Row): string | number | null;
}

/** A table for people: a section of the CSV file, or a sheet of the workbook. */
export interface TableLayout<Row> {
  readonly title: string;
  readonly columns: readonly Column<Row>[];
}

const STATUSES: Readonly<Record<PatrolAttendance['status'], string>> = {
  in_progress: 'Идёт',
  completed: 'Сдан',
};

/** What both tables count. */
const COUNTS: readonly Column<PatrolAttendance | StudentAttendance>[] = [
  { title: 'На месте', kind: 'number', width: 10, value: (row) => row.present_count },
  { title: 'По заявлению', kind: 'number', width: 14, value: (row) => row.absent_by_leave_count },
  { title: 'С причиной', kind: 'number', width: 12, value: (row) => row.absent_with_reason_count },
  { title: 'Без причины', kind: 'number', width: 13, value: (row) => row.unexplained_count },
  { title: 'Не проверены', kind: 'number', width: 14, value: (row) => row.unchecked_count },
];

export const BY_PATROL: TableLayout<PatrolAttendance> = {
  title: 'По обходам',
  columns: [
    { title: 'Дата', kind: 'date', width: 12, value: (row) => row.date },
    { title: 'Корпус', kind: 'text', width: 8, value: (row) => row.building },
    { title: 'Подъезд', kind: 'number', width: 9, value: (row) => row.entrance },
    { title: 'Состояние', kind: 'text', width: 11, value: (row) => STATUSES[row.status] },
    { title: 'Кто начал', kind: 'text', width: 36, value: (row) => row.patrol_by_name },
    { title: 'Сдан', kind: 'moment', width: 18, value: (row) => row.submitted_at },
    { title: 'В списке', kind: 'number', width: 10, value: (row) => row.entries_count },
    ...COUNTS,
    { title: 'ID обхода', kind: 'text', width: 38, value: (row) => row.patrol_id },
  ],
};

export const BY_STUDENT: TableLayout<StudentAttendance> = {
  title: 'По студентам',
  columns: [
    { title: 'Студент', kind: 'text', width: 36, value: (row) => row.user_name },
    { title: 'Вечеров в списке', kind: 'number', width: 18, value: (row) => row.evenings_count },
    ...COUNTS,
    // Names may be missing, and two people may share one.
    { title: 'ID студента', kind: 'text', width: 38, value: (row) => row.user_id },
  ],
};

/** Returns a date or moment in the campus's time zone. */
export function localTime(value: string, timezone: string): DateTime {
  // A date has no zone: it is read and written in the same one.
  return DateTime.fromISO(value, { zone: timezone });
}
