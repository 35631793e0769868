// Original file: proto/patrol.proto

import type { PatrolAttendance as _campus_patrol_PatrolAttendance, PatrolAttendance__Output as _campus_patrol_PatrolAttendance__Output } from '../../campus/patrol/PatrolAttendance.ts';
import type { StudentAttendance as _campus_patrol_StudentAttendance, StudentAttendance__Output as _campus_patrol_StudentAttendance__Output } from '../../campus/patrol/StudentAttendance.ts';

export interface GetAttendanceReportResponse {
  'date_from'?: (string);
  'date_to'?: (string);
  'patrols'?: (_campus_patrol_PatrolAttendance)[];
  'students'?: (_campus_patrol_StudentAttendance)[];
}

export interface GetAttendanceReportResponse__Output {
  'date_from': (string);
  'date_to': (string);
  'patrols': (_campus_patrol_PatrolAttendance__Output)[];
  'students': (_campus_patrol_StudentAttendance__Output)[];
}
