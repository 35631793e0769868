// Original file: proto/auth.proto

import type { UserInfoResponse as _campus_auth_UserInfoResponse, UserInfoResponse__Output as _campus_auth_UserInfoResponse__Output } from '../../campus/auth/UserInfoResponse.ts';

export interface GetUsersResponse {
  'users'?: (_campus_auth_UserInfoResponse)[];
  'total'?: (number);
  'page'?: (number);
  'size'?: (number);
  'pages'?: (number);
}

export interface GetUsersResponse__Output {
  'users': (_campus_auth_UserInfoResponse__Output)[];
  'total': (number);
  'page': (number);
  'size': (number);
  'pages': (number);
}
