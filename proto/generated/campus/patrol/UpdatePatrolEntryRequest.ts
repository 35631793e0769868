// Original file: proto/patrol.proto


export interface UpdatePatrolEntryRequest {
  'patrol_id'?: (string);
  'patrol_entry_id'?: (string);
  'is_present'?: (boolean);
  'absence_reason'?: (string);
  'not_checked'?: (boolean);
}

export interface UpdatePatrolEntryRequest__Output {
  'patrol_id': (string);
  'patrol_entry_id': (string);
  'is_present': (boolean);
  'absence_reason': (string);
  'not_checked': (boolean);
}
