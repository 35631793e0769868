// Original file: proto/patrol.proto


export interface CoveredPlace {
  'building'?: (string);
  'entrance'?: (number);
  'minors'?: (number);
  'patrol_id'?: (string);
  'status'?: (string);
  'entries_count'?: (number);
  'present_count'?: (number);
  'absent_count'?: (number);
  'unchecked_count'?: (number);
}

export interface CoveredPlace__Output {
  'building': (string);
  'entrance': (number);
  'minors': (number);
  'patrol_id': (string);
  'status': (string);
  'entries_count': (number);
  'present_count': (number);
  'absent_count': (number);
  'unchecked_count': (number);
}
