// Original file: proto/patrol.proto


export interface RefreshPatrolRequest {
  'patrol_id'?: (string);
}

export interface RefreshPatrolRequest__Output {
  'patrol_id': (string);
}
