// Original file: proto/auth.proto


export interface GetUserInfoRequest {
  'user_id'?: (string);
}

export interface GetUserInfoRequest__Output {
  'user_id': (string);
}
