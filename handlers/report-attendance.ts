import Type from 'typebox';
import { CampusDate } from '../lib/campus-types.ts';
import { operation } from '../lib/operation.ts';
import { AttendanceDocument } from '../lib/patrols/attendance.ts';
import { STAFF } from '../lib/patrols/permissions.ts';
import { fieldErrorsOfPeriod } from '../lib/patrols/report-period.ts';
import { Building, described, Entrance } from '../lib/patrols/schemas.ts';
import { type AttendanceReport, REPORT_FORMATS } from '../lib/report/attendance-report.ts';
import { MEDIA_TYPES, reportBody } from '../lib/report/body.ts';
import { reportMessage } from '../lib/report/message.ts';

/** RPC GetAttendanceReport: reports who was in, by patrol and by student. Whoever asks directly closes the report. */
export const reportAttendance = operation({
  name: 'GetAttendanceReport',
  summary: 'Посещаемость за период по обходам и по студентам: JSON, CSV или XLSX',
  roles: STAFF,
  input: Type.Object({
    date_from: described(CampusDate, 'Первый день периода'),
    date_to: described(CampusDate, 'Последний день периода, не больше 366 дней'),
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
    format: Type.Optional(Type.Enum([...REPORT_FORMATS], { default: 'json', description: 'В каком виде' })),
  }),
  fieldErrorsBetween: fieldErrorsOfPeriod,
  output: Type.Unsafe<AttendanceReport>(AttendanceDocument),
  errors: [],
  rest: {
    method: 'GET',
    path: '/patrols/report',
    success: 200,
    tag: 'oversight',
    body: reportBody,
    mediaTypes: MEDIA_TYPES,
  },
  grpc: { collect: reportMessage },

  handle({ reports }, { format = 'json', ...period }, { reach }) {
    return reports.open(reach, period, format);
  },
});
