// Original file: proto/patrol.proto


export interface ListAbsenteesRequest {
  'patrol_id'?: (string);
}

export interface ListAbsenteesRequest__Output {
  'patrol_id': (string);
}
