import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Absentee as _campus_patrol_Absentee, Absentee__Output as _campus_patrol_Absentee__Output } from './campus/patrol/Absentee.ts';
import type { AddPatrolEntryRequest as _campus_patrol_AddPatrolEntryRequest, AddPatrolEntryRequest__Output as _campus_patrol_AddPatrolEntryRequest__Output } from './campus/patrol/AddPatrolEntryRequest.ts';
import type { AddPatrolEntryResponse as _campus_patrol_AddPatrolEntryResponse, AddPatrolEntryResponse__Output as _campus_patrol_AddPatrolEntryResponse__Output } from './campus/patrol/AddPatrolEntryResponse.ts';
import type { AuditRecord as _campus_patrol_AuditRecord, AuditRecord__Output as _campus_patrol_AuditRecord__Output } from './campus/patrol/AuditRecord.ts';
import type { CoveredPlace as _campus_patrol_CoveredPlace, CoveredPlace__Output as _campus_patrol_CoveredPlace__Output } from './campus/patrol/CoveredPlace.ts';
import type { CreatePatrolRequest as _campus_patrol_CreatePatrolRequest, CreatePatrolRequest__Output as _campus_patrol_CreatePatrolRequest__Output } from './campus/patrol/CreatePatrolRequest.ts';
import type { CreatePatrolResponse as _campus_patrol_CreatePatrolResponse, CreatePatrolResponse__Output as _campus_patrol_CreatePatrolResponse__Output } from './campus/patrol/CreatePatrolResponse.ts';
import type { DeletePatrolEntryRequest as _campus_patrol_DeletePatrolEntryRequest, DeletePatrolEntryRequest__Output as _campus_patrol_DeletePatrolEntryRequest__Output } from './campus/patrol/DeletePatrolEntryRequest.ts';
import type { DeletePatrolEntryResponse as _campus_patrol_DeletePatrolEntryResponse, DeletePatrolEntryResponse__Output as _campus_patrol_DeletePatrolEntryResponse__Output } from './campus/patrol/DeletePatrolEntryResponse.ts';
import type { DeletePatrolRequest as _campus_patrol_DeletePatrolRequest, DeletePatrolRequest__Output as _campus_patrol_DeletePatrolRequest__Output } from './campus/patrol/DeletePatrolRequest.ts';
import type { DeletePatrolResponse as _campus_patrol_DeletePatrolResponse, DeletePatrolResponse__Output as _campus_patrol_DeletePatrolResponse__Output } from './campus/patrol/DeletePatrolResponse.ts';
import type { GetAttendanceReportRequest as _campus_patrol_GetAttendanceReportRequest, GetAttendanceReportRequest__Output as _campus_patrol_GetAttendanceReportRequest__Output } from './campus/patrol/GetAttendanceReportRequest.ts';
import type { GetAttendanceReportResponse as _campus_patrol_GetAttendanceReportResponse, GetAttendanceReportResponse__Output as _campus_patrol_GetAttendanceReportResponse__Output } from './campus/patrol/GetAttendanceReportResponse.ts';
import type { GetCoverageRequest as _campus_patrol_GetCoverageRequest, GetCoverageRequest__Output as _campus_patrol_GetCoverageRequest__Output } from './campus/patrol/GetCoverageRequest.ts';
import type { GetCoverageResponse as _campus_patrol_GetCoverageResponse, GetCoverageResponse__Output as _campus_patrol_GetCoverageResponse__Output } from './campus/patrol/GetCoverageResponse.ts';
import type { GetPatrolAuditRequest as _campus_patrol_GetPatrolAuditRequest, GetPatrolAuditRequest__Output as _campus_patrol_GetPatrolAuditRequest__Output } from './campus/patrol/GetPatrolAuditRequest.ts';
import type { GetPatrolAuditResponse as _campus_patrol_GetPatrolAuditResponse, GetPatrolAuditResponse__Output as _campus_patrol_GetPatrolAuditResponse__Output } from './campus/patrol/GetPatrolAuditResponse.ts';
import type { GetPatrolDetailsRequest as _campus_patrol_GetPatrolDetailsRequest, GetPatrolDetailsRequest__Output as _campus_patrol_GetPatrolDetailsRequest__Output } from './campus/patrol/GetPatrolDetailsRequest.ts';
import type { GetPatrolDetailsResponse as _campus_patrol_GetPatrolDetailsResponse, GetPatrolDetailsResponse__Output as _campus_patrol_GetPatrolDetailsResponse__Output } from './campus/patrol/GetPatrolDetailsResponse.ts';
import type { GetPatrolEntryRequest as _campus_patrol_GetPatrolEntryRequest, GetPatrolEntryRequest__Output as _campus_patrol_GetPatrolEntryRequest__Output } from './campus/patrol/GetPatrolEntryRequest.ts';
import type { GetPatrolEntryResponse as _campus_patrol_GetPatrolEntryResponse, GetPatrolEntryResponse__Output as _campus_patrol_GetPatrolEntryResponse__Output } from './campus/patrol/GetPatrolEntryResponse.ts';
import type { GetPatrolsForDateRequest as _campus_patrol_GetPatrolsForDateRequest, GetPatrolsForDateRequest__Output as _campus_patrol_GetPatrolsForDateRequest__Output } from './campus/patrol/GetPatrolsForDateRequest.ts';
import type { GetPatrolsForDateResponse as _campus_patrol_GetPatrolsForDateResponse, GetPatrolsForDateResponse__Output as _campus_patrol_GetPatrolsForDateResponse__Output } from './campus/patrol/GetPatrolsForDateResponse.ts';
import type { ListAbsenteesRequest as _campus_patrol_ListAbsenteesRequest, ListAbsenteesRequest__Output as _campus_patrol_ListAbsenteesRequest__Output } from './campus/patrol/ListAbsenteesRequest.ts';
import type { ListAbsenteesResponse as _campus_patrol_ListAbsenteesResponse, ListAbsenteesResponse__Output as _campus_patrol_ListAbsenteesResponse__Output } from './campus/patrol/ListAbsenteesResponse.ts';
import type { ListAuditRequest as _campus_patrol_ListAuditRequest, ListAuditRequest__Output as _campus_patrol_ListAuditRequest__Output } from './campus/patrol/ListAuditRequest.ts';
import type { ListAuditResponse as _campus_patrol_ListAuditResponse, ListAuditResponse__Output as _campus_patrol_ListAuditResponse__Output } from './campus/patrol/ListAuditResponse.ts';
import type { ListPatrolsRequest as _campus_patrol_ListPatrolsRequest, ListPatrolsRequest__Output as _campus_patrol_ListPatrolsRequest__Output } from './campus/patrol/ListPatrolsRequest.ts';
import type { ListPatrolsResponse as _campus_patrol_ListPatrolsResponse, ListPatrolsResponse__Output as _campus_patrol_ListPatrolsResponse__Output } from './campus/patrol/ListPatrolsResponse.ts';
import type { MarkPatrolEntriesRequest as _campus_patrol_MarkPatrolEntriesRequest, MarkPatrolEntriesRequest__Output as _campus_patrol_MarkPatrolEntriesRequest__Output } from './campus/patrol/MarkPatrolEntriesRequest.ts';
import type { MarkPatrolEntriesResponse as _campus_patrol_MarkPatrolEntriesResponse, MarkPatrolEntriesResponse__Output as _campus_patrol_MarkPatrolEntriesResponse__Output } from './campus/patrol/MarkPatrolEntriesResponse.ts';
import type { PatrolAttendance as _campus_patrol_PatrolAttendance, PatrolAttendance__Output as _campus_patrol_PatrolAttendance__Output } from './campus/patrol/PatrolAttendance.ts';
import type { PatrolEntryMark as _campus_patrol_PatrolEntryMark, PatrolEntryMark__Output as _campus_patrol_PatrolEntryMark__Output } from './campus/patrol/PatrolEntryMark.ts';
import type { PatrolEntryProto as _campus_patrol_PatrolEntryProto, PatrolEntryProto__Output as _campus_patrol_PatrolEntryProto__Output } from './campus/patrol/PatrolEntryProto.ts';
import type { PatrolEvent as _campus_patrol_PatrolEvent, PatrolEvent__Output as _campus_patrol_PatrolEvent__Output } from './campus/patrol/PatrolEvent.ts';
import type { PatrolServiceClient as _campus_patrol_PatrolServiceClient, PatrolServiceDefinition as _campus_patrol_PatrolServiceDefinition } from './campus/patrol/PatrolService.ts';
import type { PatrolSummary as _campus_patrol_PatrolSummary, PatrolSummary__Output as _campus_patrol_PatrolSummary__Output } from './campus/patrol/PatrolSummary.ts';
import type { RefreshPatrolRequest as _campus_patrol_RefreshPatrolRequest, RefreshPatrolRequest__Output as _campus_patrol_RefreshPatrolRequest__Output } from './campus/patrol/RefreshPatrolRequest.ts';
import type { RefreshPatrolResponse as _campus_patrol_RefreshPatrolResponse, RefreshPatrolResponse__Output as _campus_patrol_RefreshPatrolResponse__Output } from './campus/patrol/RefreshPatrolResponse.ts';
import type { ReopenPatrolRequest as _campus_patrol_ReopenPatrolRequest, ReopenPatrolRequest__Output as _campus_patrol_ReopenPatrolRequest__Output } from './campus/patrol/ReopenPatrolRequest.ts';
import type { ReopenPatrolResponse as _campus_patrol_ReopenPatrolResponse, ReopenPatrolResponse__Output as _campus_patrol_ReopenPatrolResponse__Output } from './campus/patrol/ReopenPatrolResponse.ts';
import type { RepeatedMinor as _campus_patrol_RepeatedMinor, RepeatedMinor__Output as _campus_patrol_RepeatedMinor__Output } from './campus/patrol/RepeatedMinor.ts';
import type { RosterChanges as _campus_patrol_RosterChanges, RosterChanges__Output as _campus_patrol_RosterChanges__Output } from './campus/patrol/RosterChanges.ts';
import type { StudentAttendance as _campus_patrol_StudentAttendance, StudentAttendance__Output as _campus_patrol_StudentAttendance__Output } from './campus/patrol/StudentAttendance.ts';
import type { UnlistedMinor as _campus_patrol_UnlistedMinor, UnlistedMinor__Output as _campus_patrol_UnlistedMinor__Output } from './campus/patrol/UnlistedMinor.ts';
import type { UpdatePatrolEntryRequest as _campus_patrol_UpdatePatrolEntryRequest, UpdatePatrolEntryRequest__Output as _campus_patrol_UpdatePatrolEntryRequest__Output } from './campus/patrol/UpdatePatrolEntryRequest.ts';
import type { UpdatePatrolEntryResponse as _campus_patrol_UpdatePatrolEntryResponse, UpdatePatrolEntryResponse__Output as _campus_patrol_UpdatePatrolEntryResponse__Output } from './campus/patrol/UpdatePatrolEntryResponse.ts';
import type { UpdatePatrolRequest as _campus_patrol_UpdatePatrolRequest, UpdatePatrolRequest__Output as _campus_patrol_UpdatePatrolRequest__Output } from './campus/patrol/UpdatePatrolRequest.ts';
import type { UpdatePatrolResponse as _campus_patrol_UpdatePatrolResponse, UpdatePatrolResponse__Output as _campus_patrol_UpdatePatrolResponse__Output } from './campus/patrol/UpdatePatrolResponse.ts';
import type { WatchPatrolsRequest as _campus_patrol_WatchPatrolsRequest, WatchPatrolsRequest__Output as _campus_patrol_WatchPatrolsRequest__Output } from './campus/patrol/WatchPatrolsRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  campus: {
    patrol: {
      Absentee: MessageTypeDefinition<_campus_patrol_Absentee, _campus_patrol_Absentee__Output>
      AddPatrolEntryRequest: MessageTypeDefinition<_campus_patrol_AddPatrolEntryRequest, _campus_patrol_AddPatrolEntryRequest__Output>
      AddPatrolEntryResponse: MessageTypeDefinition<_campus_patrol_AddPatrolEntryResponse, _campus_patrol_AddPatrolEntryResponse__Output>
      AuditRecord: MessageTypeDefinition<_campus_patrol_AuditRecord, _campus_patrol_AuditRecord__Output>
      CoveredPlace: MessageTypeDefinition<_campus_patrol_CoveredPlace, _campus_patrol_CoveredPlace__Output>
      CreatePatrolRequest: MessageTypeDefinition<_campus_patrol_CreatePatrolRequest, _campus_patrol_CreatePatrolRequest__Output>
      CreatePatrolResponse: MessageTypeDefinition<_campus_patrol_CreatePatrolResponse, _campus_patrol_CreatePatrolResponse__Output>
      DeletePatrolEntryRequest: MessageTypeDefinition<_campus_patrol_DeletePatrolEntryRequest, _campus_patrol_DeletePatrolEntryRequest__Output>
      DeletePatrolEntryResponse: MessageTypeDefinition<_campus_patrol_DeletePatrolEntryResponse, _campus_patrol_DeletePatrolEntryResponse__Output>
      DeletePatrolRequest: MessageTypeDefinition<_campus_patrol_DeletePatrolRequest, _campus_patrol_DeletePatrolRequest__Output>
      DeletePatrolResponse: MessageTypeDefinition<_campus_patrol_DeletePatrolResponse, _campus_patrol_DeletePatrolResponse__Output>
      GetAttendanceReportRequest: MessageTypeDefinition<_campus_patrol_GetAttendanceReportRequest, _campus_patrol_GetAttendanceReportRequest__Output>
      GetAttendanceReportResponse: MessageTypeDefinition<_campus_patrol_GetAttendanceReportResponse, _campus_patrol_GetAttendanceReportResponse__Output>
      GetCoverageRequest: MessageTypeDefinition<_campus_patrol_GetCoverageRequest, _campus_patrol_GetCoverageRequest__Output>
      GetCoverageResponse: MessageTypeDefinition<_campus_patrol_GetCoverageResponse, _campus_patrol_GetCoverageResponse__Output>
      GetPatrolAuditRequest: MessageTypeDefinition<_campus_patrol_GetPatrolAuditRequest, _campus_patrol_GetPatrolAuditRequest__Output>
      GetPatrolAuditResponse: MessageTypeDefinition<_campus_patrol_GetPatrolAuditResponse, _campus_patrol_GetPatrolAuditResponse__Output>
      GetPatrolDetailsRequest: MessageTypeDefinition<_campus_patrol_GetPatrolDetailsRequest, _campus_patrol_GetPatrolDetailsRequest__Output>
      GetPatrolDetailsResponse: MessageTypeDefinition<_campus_patrol_GetPatrolDetailsResponse, _campus_patrol_GetPatrolDetailsResponse__Output>
      GetPatrolEntryRequest: MessageTypeDefinition<_campus_patrol_GetPatrolEntryRequest, _campus_patrol_GetPatrolEntryRequest__Output>
      GetPatrolEntryResponse: MessageTypeDefinition<_campus_patrol_GetPatrolEntryResponse, _campus_patrol_GetPatrolEntryResponse__Output>
      GetPatrolsForDateRequest: MessageTypeDefinition<_campus_patrol_GetPatrolsForDateRequest, _campus_patrol_GetPatrolsForDateRequest__Output>
      GetPatrolsForDateResponse: MessageTypeDefinition<_campus_patrol_GetPatrolsForDateResponse, _campus_patrol_GetPatrolsForDateResponse__Output>
      ListAbsenteesRequest: MessageTypeDefinition<_campus_patrol_ListAbsenteesRequest, _campus_patrol_ListAbsenteesRequest__Output>
      ListAbsenteesResponse: MessageTypeDefinition<_campus_patrol_ListAbsenteesResponse, _campus_patrol_ListAbsenteesResponse__Output>
      ListAuditRequest: MessageTypeDefinition<_campus_patrol_ListAuditRequest, _campus_patrol_ListAuditRequest__Output>
      ListAuditResponse: MessageTypeDefinition<_campus_patrol_ListAuditResponse, _campus_patrol_ListAuditResponse__Output>
      ListPatrolsRequest: MessageTypeDefinition<_campus_patrol_ListPatrolsRequest, _campus_patrol_ListPatrolsRequest__Output>
      ListPatrolsResponse: MessageTypeDefinition<_campus_patrol_ListPatrolsResponse, _campus_patrol_ListPatrolsResponse__Output>
      MarkPatrolEntriesRequest: MessageTypeDefinition<_campus_patrol_MarkPatrolEntriesRequest, _campus_patrol_MarkPatrolEntriesRequest__Output>
      MarkPatrolEntriesResponse: MessageTypeDefinition<_campus_patrol_MarkPatrolEntriesResponse, _campus_patrol_MarkPatrolEntriesResponse__Output>
      PatrolAttendance: MessageTypeDefinition<_campus_patrol_PatrolAttendance, _campus_patrol_PatrolAttendance__Output>
      PatrolEntryMark: MessageTypeDefinition<_campus_patrol_PatrolEntryMark, _campus_patrol_PatrolEntryMark__Output>
      PatrolEntryProto: MessageTypeDefinition<_campus_patrol_PatrolEntryProto, _campus_patrol_PatrolEntryProto__Output>
      PatrolEvent: MessageTypeDefinition<_campus_patrol_PatrolEvent, _campus_patrol_PatrolEvent__Output>
      PatrolService: SubtypeConstructor<typeof grpc.Client, _campus_patrol_PatrolServiceClient> & { service: _campus_patrol_PatrolServiceDefinition }
      PatrolSummary: MessageTypeDefinition<_campus_patrol_PatrolSummary, _campus_patrol_PatrolSummary__Output>
      RefreshPatrolRequest: MessageTypeDefinition<_campus_patrol_RefreshPatrolRequest, _campus_patrol_RefreshPatrolRequest__Output>
      RefreshPatrolResponse: MessageTypeDefinition<_campus_patrol_RefreshPatrolResponse, _campus_patrol_RefreshPatrolResponse__Output>
      ReopenPatrolRequest: MessageTypeDefinition<_campus_patrol_ReopenPatrolRequest, _campus_patrol_ReopenPatrolRequest__Output>
      ReopenPatrolResponse: MessageTypeDefinition<_campus_patrol_ReopenPatrolResponse, _campus_patrol_ReopenPatrolResponse__Output>
      RepeatedMinor: MessageTypeDefinition<_campus_patrol_RepeatedMinor, _campus_patrol_RepeatedMinor__Output>
      RosterChanges: MessageTypeDefinition<_campus_patrol_RosterChanges, _campus_patrol_RosterChanges__Output>
      StudentAttendance: MessageTypeDefinition<_campus_patrol_StudentAttendance, _campus_patrol_StudentAttendance__Output>
      UnlistedMinor: MessageTypeDefinition<_campus_patrol_UnlistedMinor, _campus_patrol_UnlistedMinor__Output>
      UpdatePatrolEntryRequest: MessageTypeDefinition<_campus_patrol_UpdatePatrolEntryRequest, _campus_patrol_UpdatePatrolEntryRequest__Output>
      UpdatePatrolEntryResponse: MessageTypeDefinition<_campus_patrol_UpdatePatrolEntryResponse, _campus_patrol_UpdatePatrolEntryResponse__Output>
      UpdatePatrolRequest: MessageTypeDefinition<_campus_patrol_UpdatePatrolRequest, _campus_patrol_UpdatePatrolRequest__Output>
      UpdatePatrolResponse: MessageTypeDefinition<_campus_patrol_UpdatePatrolResponse, _campus_patrol_UpdatePatrolResponse__Output>
      WatchPatrolsRequest: MessageTypeDefinition<_campus_patrol_WatchPatrolsRequest, _campus_patrol_WatchPatrolsRequest__Output>
    }
  }
}

