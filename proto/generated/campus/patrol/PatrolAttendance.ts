// Original file: proto/patrol.proto


export interface PatrolAttendance {
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'patrol_by'?: (string);
  'patrol_by_name'?: (string);
  'submitted_at'?: (string);
  'entries_count'?: (number);
  'present_count'?: (number);
  'absent_by_leave_count'?: (number);
  'absent_with_reason_count'?: (number);
  'unexplained_count'?: (number);
  'unchecked_count'?: (number);
}

export interface PatrolAttendance__Output {
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'patrol_by': (string);
  'patrol_by_name': (string);
  'submitted_at': (string);
  'entries_count': (number);
  'present_count': (number);
  'absent_by_leave_count': (number);
  'absent_with_reason_count': (number);
  'unexplained_count': (number);
  'unchecked_count': (number);
}
