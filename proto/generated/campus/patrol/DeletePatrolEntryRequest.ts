// Original file: proto/patrol.proto


export interface DeletePatrolEntryRequest {
  'patrol_id'?: (string);
  'patrol_entry_id'?: (string);
}

export interface DeletePatrolEntryRequest__Output {
  'patrol_id': (string);
  'patrol_entry_id': (string);
}
