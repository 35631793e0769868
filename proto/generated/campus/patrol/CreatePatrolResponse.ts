// Original file: proto/patrol.proto


export interface CreatePatrolResponse {
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'started_at'?: (string);
  'patrol_by'?: (string);
}

export interface CreatePatrolResponse__Output {
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'started_at': (string);
  'patrol_by': (string);
}
