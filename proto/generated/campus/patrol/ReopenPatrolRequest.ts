// Original file: proto/patrol.proto


export interface ReopenPatrolRequest {
  'patrol_id'?: (string);
  'reason'?: (string);
}

export interface ReopenPatrolRequest__Output {
  'patrol_id': (string);
  'reason': (string);
}
