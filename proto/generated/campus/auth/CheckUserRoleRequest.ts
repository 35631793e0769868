// Original file: proto/auth.proto


export interface CheckUserRoleRequest {
  'user_id'?: (string);
  'required_role'?: (string);
}

export interface CheckUserRoleRequest__Output {
  'user_id': (string);
  'required_role': (string);
}
