// Original file: proto/patrol.proto


export interface Absentee {
  'patrol_entry_id'?: (string);
  'user_id'?: (string);
  'user_name'?: (string);
  'room'?: (string);
  'kind'?: (string);
  'absence_reason'?: (string);
  'leave_until'?: (string);
  'checked_at'?: (string);
  'phone'?: (string);
}

export interface Absentee__Output {
  'patrol_entry_id': (string);
  'user_id': (string);
  'user_name': (string);
  'room': (string);
  'kind': (string);
  'absence_reason': (string);
  'leave_until': (string);
  'checked_at': (string);
  'phone': (string);
}
