// Original file: proto/patrol.proto


export interface AddPatrolEntryRequest {
  'patrol_id'?: (string);
  'user_id'?: (string);
  'room'?: (string);
}

export interface AddPatrolEntryRequest__Output {
  'patrol_id': (string);
  'user_id': (string);
  'room': (string);
}
