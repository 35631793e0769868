// Original file: proto/auth.proto


export interface ValidateTokenResponse {
  'valid'?: (boolean);
  'user_id'?: (string);
  'roles'?: (string)[];
  'building'?: (string);
  'entrance'?: (number);
  'floor'?: (number);
  'room'?: (string);
}

export interface ValidateTokenResponse__Output {
  'valid': (boolean);
  'user_id': (string);
  'roles': (string)[];
  'building': (string);
  'entrance': (number);
  'floor': (number);
  'room': (string);
}
