// Original file: proto/patrol.proto


export interface StudentAttendance {
  'user_id'?: (string);
  'user_name'?: (string);
  'evenings_count'?: (number);
  'present_count'?: (number);
  'absent_by_leave_count'?: (number);
  'absent_with_reason_count'?: (number);
  'unexplained_count'?: (number);
  'unchecked_count'?: (number);
}

export interface StudentAttendance__Output {
  'user_id': (string);
  'user_name': (string);
  'evenings_count': (number);
  'present_count': (number);
  'absent_by_leave_count': (number);
  'absent_with_reason_count': (number);
  'unexplained_count': (number);
  'unchecked_count': (number);
}
