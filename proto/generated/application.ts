import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApplicationServiceClient as _campus_application_ApplicationServiceClient, ApplicationServiceDefinition as _campus_application_ApplicationServiceDefinition } from './campus/application/ApplicationService.ts';
import type { GetApprovedLeavesRequest as _campus_application_GetApprovedLeavesRequest, GetApprovedLeavesRequest__Output as _campus_application_GetApprovedLeavesRequest__Output } from './campus/application/GetApprovedLeavesRequest.ts';
import type { GetApprovedLeavesResponse as _campus_application_GetApprovedLeavesResponse, GetApprovedLeavesResponse__Output as _campus_application_GetApprovedLeavesResponse__Output } from './campus/application/GetApprovedLeavesResponse.ts';
import type { LeaveRecord as _campus_application_LeaveRecord, LeaveRecord__Output as _campus_application_LeaveRecord__Output } from './campus/application/LeaveRecord.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  campus: {
    application: {
      ApplicationService: SubtypeConstructor<typeof grpc.Client, _campus_application_ApplicationServiceClient> & { service: _campus_application_ApplicationServiceDefinition }
      GetApprovedLeavesRequest: MessageTypeDefinition<_campus_application_GetApprovedLeavesRequest, _campus_application_GetApprovedLeavesRequest__Output>
      GetApprovedLeavesResponse: MessageTypeDefinition<_campus_application_GetApprovedLeavesResponse, _campus_application_GetApprovedLeavesResponse__Output>
      LeaveRecord: MessageTypeDefinition<_campus_application_LeaveRecord, _campus_application_LeaveRecord__Output>
    }
  }
}

