// Original file: proto/auth.proto


export interface UserInfoResponse {
  'user_id'?: (string);
  'last_name'?: (string);
  'first_name'?: (string);
  'patronymic'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'floor'?: (number);
  'room'?: (string);
  'roles'?: (string)[];
  'phone'?: (string);
  'email'?: (string);
  'is_minor'?: (boolean);
}

export interface UserInfoResponse__Output {
  'user_id': (string);
  'last_name': (string);
  'first_name': (string);
  'patronymic': (string);
  'building': (string);
  'entrance': (number);
  'floor': (number);
  'room': (string);
  'roles': (string)[];
  'phone': (string);
  'email': (string);
  'is_minor': (boolean);
}
