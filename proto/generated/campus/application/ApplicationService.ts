// Original file: proto/application.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetApprovedLeavesRequest as _campus_application_GetApprovedLeavesRequest, GetApprovedLeavesRequest__Output as _campus_application_GetApprovedLeavesRequest__Output } from '../../campus/application/GetApprovedLeavesRequest.ts';
import type { GetApprovedLeavesResponse as _campus_application_GetApprovedLeavesResponse, GetApprovedLeavesResponse__Output as _campus_application_GetApprovedLeavesResponse__Output } from '../../campus/application/GetApprovedLeavesResponse.ts';

export interface ApplicationServiceClient extends grpc.Client {
  GetApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  GetApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  GetApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  GetApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  getApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  getApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  getApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  getApprovedLeaves(argument: _campus_application_GetApprovedLeavesRequest, callback: grpc.requestCallback<_campus_application_GetApprovedLeavesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ApplicationServiceHandlers extends grpc.UntypedServiceImplementation {
  GetApprovedLeaves: grpc.handleUnaryCall<_campus_application_GetApprovedLeavesRequest__Output, _campus_application_GetApprovedLeavesResponse>;
  
}

export interface ApplicationServiceDefinition extends grpc.ServiceDefinition {
  GetApprovedLeaves: MethodDefinition<_campus_application_GetApprovedLeavesRequest, _campus_application_GetApprovedLeavesResponse, _campus_application_GetApprovedLeavesRequest__Output, _campus_application_GetApprovedLeavesResponse__Output>
}
