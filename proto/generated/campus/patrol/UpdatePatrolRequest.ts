// Original file: proto/patrol.proto


export interface UpdatePatrolRequest {
  'patrol_id'?: (string);
  'status'?: (string);
}

export interface UpdatePatrolRequest__Output {
  'patrol_id': (string);
  'status': (string);
}
