// Original file: proto/patrol.proto


export interface UpdatePatrolEntryResponse {
  'patrol_entry_id'?: (string);
  'patrol_id'?: (string);
  'user_id'?: (string);
  'user_name'?: (string);
  'room'?: (string);
  'is_present'?: (boolean);
  'absence_reason'?: (string);
  'checked_at'?: (string);
  'leave_until'?: (string);
  'created_at'?: (string);
  'updated_at'?: (string);
  '_is_present'?: "is_present";
}

export interface UpdatePatrolEntryResponse__Output {
  'patrol_entry_id': (string);
  'patrol_id': (string);
  'user_id': (string);
  'user_name': (string);
  'room': (string);
  'is_present'?: (boolean);
  'absence_reason': (string);
  'checked_at': (string);
  'leave_until': (string);
  'created_at': (string);
  'updated_at': (string);
  '_is_present'?: "is_present";
}
