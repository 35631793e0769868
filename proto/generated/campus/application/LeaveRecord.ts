// Original file: proto/application.proto


export interface LeaveRecord {
  'user_id'?: (string);
  'user_name'?: (string);
  'room'?: (string);
  'leave_time'?: (string);
  'return_time'?: (string);
  'reason'?: (string);
}

export interface LeaveRecord__Output {
  'user_id': (string);
  'user_name': (string);
  'room': (string);
  'leave_time': (string);
  'return_time': (string);
  'reason': (string);
}
