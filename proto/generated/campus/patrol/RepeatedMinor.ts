// Original file: proto/patrol.proto


export interface RepeatedMinor {
  'user_id'?: (string);
  'user_name'?: (string);
  'patrol_ids'?: (string)[];
}

export interface RepeatedMinor__Output {
  'user_id': (string);
  'user_name': (string);
  'patrol_ids': (string)[];
}
