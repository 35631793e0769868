// Original file: proto/auth.proto


export interface CheckUserRoleResponse {
  'has_role'?: (boolean);
}

export interface CheckUserRoleResponse__Output {
  'has_role': (boolean);
}
