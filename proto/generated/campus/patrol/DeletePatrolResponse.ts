// Original file: proto/patrol.proto


export interface DeletePatrolResponse {
  'success'?: (boolean);
}

export interface DeletePatrolResponse__Output {
  'success': (boolean);
}
