import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AuthServiceClient as _campus_auth_AuthServiceClient, AuthServiceDefinition as _campus_auth_AuthServiceDefinition } from './campus/auth/AuthService.ts';
import type { CheckUserRoleRequest as _campus_auth_CheckUserRoleRequest, CheckUserRoleRequest__Output as _campus_auth_CheckUserRoleRequest__Output } from './campus/auth/CheckUserRoleRequest.ts';
import type { CheckUserRoleResponse as _campus_auth_CheckUserRoleResponse, CheckUserRoleResponse__Output as _campus_auth_CheckUserRoleResponse__Output } from './campus/auth/CheckUserRoleResponse.ts';
import type { GetUserInfoRequest as _campus_auth_GetUserInfoRequest, GetUserInfoRequest__Output as _campus_auth_GetUserInfoRequest__Output } from './campus/auth/GetUserInfoRequest.ts';
import type { GetUsersRequest as _campus_auth_GetUsersRequest, GetUsersRequest__Output as _campus_auth_GetUsersRequest__Output } from './campus/auth/GetUsersRequest.ts';
import type { GetUsersResponse as _campus_auth_GetUsersResponse, GetUsersResponse__Output as _campus_auth_GetUsersResponse__Output } from './campus/auth/GetUsersResponse.ts';
import type { UserInfoResponse as _campus_auth_UserInfoResponse, UserInfoResponse__Output as _campus_auth_UserInfoResponse__Output } from './campus/auth/UserInfoResponse.ts';
import type { ValidateTokenRequest as _campus_auth_ValidateTokenRequest, ValidateTokenRequest__Output as _campus_auth_ValidateTokenRequest__Output } from './campus/auth/ValidateTokenRequest.ts';
import type { ValidateTokenResponse as _campus_auth_ValidateTokenResponse, ValidateTokenResponse__Output as _campus_auth_ValidateTokenResponse__Output } from './campus/auth/ValidateTokenResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  campus: {
    auth: {
      AuthService: SubtypeConstructor<typeof grpc.Client, _campus_auth_AuthServiceClient> & { service: _campus_auth_AuthServiceDefinition }
      CheckUserRoleRequest: MessageTypeDefinition<_campus_auth_CheckUserRoleRequest, _campus_auth_CheckUserRoleRequest__Output>
      CheckUserRoleResponse: MessageTypeDefinition<_campus_auth_CheckUserRoleResponse, _campus_auth_CheckUserRoleResponse__Output>
      GetUserInfoRequest: MessageTypeDefinition<_campus_auth_GetUserInfoRequest, _campus_auth_GetUserInfoRequest__Output>
      GetUsersRequest: MessageTypeDefinition<_campus_auth_GetUsersRequest, _campus_auth_GetUsersRequest__Output>
      GetUsersResponse: MessageTypeDefinition<_campus_auth_GetUsersResponse, _campus_auth_GetUsersResponse__Output>
      UserInfoResponse: MessageTypeDefinition<_campus_auth_UserInfoResponse, _campus_auth_UserInfoResponse__Output>
      ValidateTokenRequest: MessageTypeDefinition<_campus_auth_ValidateTokenRequest, _campus_auth_ValidateTokenRequest__Output>
      ValidateTokenResponse: MessageTypeDefinition<_campus_auth_ValidateTokenResponse, _campus_auth_ValidateTokenResponse__Output>
    }
  }
}

