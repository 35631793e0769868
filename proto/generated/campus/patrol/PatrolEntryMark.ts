// Original file: proto/patrol.proto


export interface PatrolEntryMark {
  'patrol_entry_id'?: (string);
  'is_present'?: (boolean);
  'absence_reason'?: (string);
  'not_checked'?: (boolean);
  '_is_present'?: "is_present";
}

export interface PatrolEntryMark__Output {
  'patrol_entry_id': (string);
  'is_present'?: (boolean);
  'absence_reason': (string);
  'not_checked': (boolean);
  '_is_present'?: "is_present";
}
