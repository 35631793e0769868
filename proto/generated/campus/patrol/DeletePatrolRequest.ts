// Original file: proto/patrol.proto


export interface DeletePatrolRequest {
  'patrol_id'?: (string);
}

export interface DeletePatrolRequest__Output {
  'patrol_id': (string);
}
