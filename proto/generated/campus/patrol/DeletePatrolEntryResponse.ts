// Original file: proto/patrol.proto


export interface DeletePatrolEntryResponse {
  'success'?: (boolean);
}

export interface DeletePatrolEntryResponse__Output {
  'success': (boolean);
}
