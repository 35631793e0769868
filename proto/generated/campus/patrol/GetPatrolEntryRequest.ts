// Original file: proto/patrol.proto


export interface GetPatrolEntryRequest {
  'patrol_id'?: (string);
  'patrol_entry_id'?: (string);
}

export interface GetPatrolEntryRequest__Output {
  'patrol_id': (string);
  'patrol_entry_id': (string);
}
