// Original file: proto/patrol.proto


export interface UpdatePatrolResponse {
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'started_at'?: (string);
  'submitted_at'?: (string);
  'patrol_by'?: (string);
}

export interface UpdatePatrolResponse__Output {
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'started_at': (string);
  'submitted_at': (string);
  'patrol_by': (string);
}
