// Original file: proto/auth.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CheckUserRoleRequest as _campus_auth_CheckUserRoleRequest, CheckUserRoleRequest__Output as _campus_auth_CheckUserRoleRequest__Output } from '../../campus/auth/CheckUserRoleRequest.ts';
import type { CheckUserRoleResponse as _campus_auth_CheckUserRoleResponse, CheckUserRoleResponse__Output as _campus_auth_CheckUserRoleResponse__Output } from '../../campus/auth/CheckUserRoleResponse.ts';
import type { GetUserInfoRequest as _campus_auth_GetUserInfoRequest, GetUserInfoRequest__Output as _campus_auth_GetUserInfoRequest__Output } from '../../campus/auth/GetUserInfoRequest.ts';
import type { GetUsersRequest as _campus_auth_GetUsersRequest, GetUsersRequest__Output as _campus_auth_GetUsersRequest__Output } from '../../campus/auth/GetUsersRequest.ts';
import type { GetUsersResponse as _campus_auth_GetUsersResponse, GetUsersResponse__Output as _campus_auth_GetUsersResponse__Output } from '../../campus/auth/GetUsersResponse.ts';
import type { UserInfoResponse as _campus_auth_UserInfoResponse, UserInfoResponse__Output as _campus_auth_UserInfoResponse__Output } from '../../campus/auth/UserInfoResponse.ts';
import type { ValidateTokenRequest as _campus_auth_ValidateTokenRequest, ValidateTokenRequest__Output as _campus_auth_ValidateTokenRequest__Output } from '../../campus/auth/ValidateTokenRequest.ts';
import type { ValidateTokenResponse as _campus_auth_ValidateTokenResponse, ValidateTokenResponse__Output as _campus_auth_ValidateTokenResponse__Output } from '../../campus/auth/ValidateTokenResponse.ts';

export interface AuthServiceClient extends grpc.Client {
  CheckUserRole(argument: _campus_auth_CheckUserRoleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  CheckUserRole(argument: _campus_auth_CheckUserRoleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  CheckUserRole(argument: _campus_auth_CheckUserRoleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  CheckUserRole(argument: _campus_auth_CheckUserRoleRequest, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  checkUserRole(argument: _campus_auth_CheckUserRoleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  checkUserRole(argument: _campus_auth_CheckUserRoleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  checkUserRole(argument: _campus_auth_CheckUserRoleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  checkUserRole(argument: _campus_auth_CheckUserRoleRequest, callback: grpc.requestCallback<_campus_auth_CheckUserRoleResponse__Output>): grpc.ClientUnaryCall;
  
  GetUserInfo(argument: _campus_auth_GetUserInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  GetUserInfo(argument: _campus_auth_GetUserInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  GetUserInfo(argument: _campus_auth_GetUserInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  GetUserInfo(argument: _campus_auth_GetUserInfoRequest, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  getUserInfo(argument: _campus_auth_GetUserInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  getUserInfo(argument: _campus_auth_GetUserInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  getUserInfo(argument: _campus_auth_GetUserInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  getUserInfo(argument: _campus_auth_GetUserInfoRequest, callback: grpc.requestCallback<_campus_auth_UserInfoResponse__Output>): grpc.ClientUnaryCall;
  
  GetUsers(argument: _campus_auth_GetUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  GetUsers(argument: _campus_auth_GetUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  GetUsers(argument: _campus_auth_GetUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  GetUsers(argument: _campus_auth_GetUsersRequest, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  getUsers(argument: _campus_auth_GetUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  getUsers(argument: _campus_auth_GetUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  getUsers(argument: _campus_auth_GetUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  getUsers(argument: _campus_auth_GetUsersRequest, callback: grpc.requestCallback<_campus_auth_GetUsersResponse__Output>): grpc.ClientUnaryCall;
  
  ValidateToken(argument: _campus_auth_ValidateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  ValidateToken(argument: _campus_auth_ValidateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  ValidateToken(argument: _campus_auth_ValidateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  ValidateToken(argument: _campus_auth_ValidateTokenRequest, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  validateToken(argument: _campus_auth_ValidateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  validateToken(argument: _campus_auth_ValidateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  validateToken(argument: _campus_auth_ValidateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  validateToken(argument: _campus_auth_ValidateTokenRequest, callback: grpc.requestCallback<_campus_auth_ValidateTokenResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AuthServiceHandlers extends grpc.UntypedServiceImplementation {
  CheckUserRole: grpc.handleUnaryCall<_campus_auth_CheckUserRoleRequest__Output, _campus_auth_CheckUserRoleResponse>;
  
  GetUserInfo: grpc.handleUnaryCall<_campus_auth_GetUserInfoRequest__Output, _campus_auth_UserInfoResponse>;
  
  GetUsers: grpc.handleUnaryCall<_campus_auth_GetUsersRequest__Output, _campus_auth_GetUsersResponse>;
  
  ValidateToken: grpc.handleUnaryCall<_campus_auth_ValidateTokenRequest__Output, _campus_auth_ValidateTokenResponse>;
  
}

export interface AuthServiceDefinition extends grpc.ServiceDefinition {
  CheckUserRole: MethodDefinition<_campus_auth_CheckUserRoleRequest, _campus_auth_CheckUserRoleResponse, _campus_auth_CheckUserRoleRequest__Output, _campus_auth_CheckUserRoleResponse__Output>
  GetUserInfo: MethodDefinition<_campus_auth_GetUserInfoRequest, _campus_auth_UserInfoResponse, _campus_auth_GetUserInfoRequest__Output, _campus_auth_UserInfoResponse__Output>
  GetUsers: MethodDefinition<_campus_auth_GetUsersRequest, _campus_auth_GetUsersResponse, _campus_auth_GetUsersRequest__Output, _campus_auth_GetUsersResponse__Output>
  ValidateToken: MethodDefinition<_campus_auth_ValidateTokenRequest, _campus_auth_ValidateTokenResponse, _campus_auth_ValidateTokenRequest__Output, _campus_auth_ValidateTokenResponse__Output>
}
