// Original file: proto/auth.proto


export interface GetUsersRequest {
  'building'?: (string);
  'entrance'?: (number);
  'floor'?: (number);
  'room'?: (string);
  'role'?: (string);
  'page'?: (number);
  'size'?: (number);
}

export interface GetUsersRequest__Output {
  'building': (string);
  'entrance': (number);
  'floor': (number);
  'room': (string);
  'role': (string);
  'page': (number);
  'size': (number);
}
