// Original file: proto/patrol.proto


export interface PatrolSummary {
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'started_at'?: (string);
  'submitted_at'?: (string);
  'entries_count'?: (number);
  'present_count'?: (number);
  'absent_count'?: (number);
  'unchecked_count'?: (number);
  'patrol_by'?: (string);
  'created_at'?: (string);
  'updated_at'?: (string);
}

export interface PatrolSummary__Output {
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'started_at': (string);
  'submitted_at': (string);
  'entries_count': (number);
  'present_count': (number);
  'absent_count': (number);
  'unchecked_count': (number);
  'patrol_by': (string);
  'created_at': (string);
  'updated_at': (string);
}
