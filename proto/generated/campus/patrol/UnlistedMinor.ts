// Original file: proto/patrol.proto


export interface UnlistedMinor {
  'user_id'?: (string);
  'user_name'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'room'?: (string);
}

export interface UnlistedMinor__Output {
  'user_id': (string);
  'user_name': (string);
  'building': (string);
  'entrance': (number);
  'room': (string);
}
