// Original file: proto/patrol.proto


export interface GetPatrolDetailsRequest {
  'patrol_id'?: (string);
}

export interface GetPatrolDetailsRequest__Output {
  'patrol_id': (string);
}
