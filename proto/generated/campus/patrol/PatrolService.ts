// Original file: proto/patrol.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AddPatrolEntryRequest as _campus_patrol_AddPatrolEntryRequest, AddPatrolEntryRequest__Output as _campus_patrol_AddPatrolEntryRequest__Output } from '../../campus/patrol/AddPatrolEntryRequest.ts';
import type { AddPatrolEntryResponse as _campus_patrol_AddPatrolEntryResponse, AddPatrolEntryResponse__Output as _campus_patrol_AddPatrolEntryResponse__Output } from '../../campus/patrol/AddPatrolEntryResponse.ts';
import type { CreatePatrolRequest as _campus_patrol_CreatePatrolRequest, CreatePatrolRequest__Output as _campus_patrol_CreatePatrolRequest__Output } from '../../campus/patrol/CreatePatrolRequest.ts';
import type { CreatePatrolResponse as _campus_patrol_CreatePatrolResponse, CreatePatrolResponse__Output as _campus_patrol_CreatePatrolResponse__Output } from '../../campus/patrol/CreatePatrolResponse.ts';
import type { DeletePatrolEntryRequest as _campus_patrol_DeletePatrolEntryRequest, DeletePatrolEntryRequest__Output as _campus_patrol_DeletePatrolEntryRequest__Output } from '../../campus/patrol/DeletePatrolEntryRequest.ts';
import type { DeletePatrolEntryResponse as _campus_patrol_DeletePatrolEntryResponse, DeletePatrolEntryResponse__Output as _campus_patrol_DeletePatrolEntryResponse__Output } from '../../campus/patrol/DeletePatrolEntryResponse.ts';
import type { DeletePatrolRequest as _campus_patrol_DeletePatrolRequest, DeletePatrolRequest__Output as _campus_patrol_DeletePatrolRequest__Output } from '../../campus/patrol/DeletePatrolRequest.ts';
import type { DeletePatrolResponse as _campus_patrol_DeletePatrolResponse, DeletePatrolResponse__Output as _campus_patrol_DeletePatrolResponse__Output } from '../../campus/patrol/DeletePatrolResponse.ts';
import type { GetAttendanceReportRequest as _campus_patrol_GetAttendanceReportRequest, GetAttendanceReportRequest__Output as _campus_patrol_GetAttendanceReportRequest__Output } from '../../campus/patrol/GetAttendanceReportRequest.ts';
import type { GetAttendanceReportResponse as _campus_patrol_GetAttendanceReportResponse, GetAttendanceReportResponse__Output as _campus_patrol_GetAttendanceReportResponse__Output } from '../../campus/patrol/GetAttendanceReportResponse.ts';
import type { GetCoverageRequest as _campus_patrol_GetCoverageRequest, GetCoverageRequest__Output as _campus_patrol_GetCoverageRequest__Output } from '../../campus/patrol/GetCoverageRequest.ts';
import type { GetCoverageResponse as _campus_patrol_GetCoverageResponse, GetCoverageResponse__Output as _campus_patrol_GetCoverageResponse__Output } from '../../campus/patrol/GetCoverageResponse.ts';
import type { GetPatrolAuditRequest as _campus_patrol_GetPatrolAuditRequest, GetPatrolAuditRequest__Output as _campus_patrol_GetPatrolAuditRequest__Output } from '../../campus/patrol/GetPatrolAuditRequest.ts';
import type { GetPatrolAuditResponse as _campus_patrol_GetPatrolAuditResponse, GetPatrolAuditResponse__Output as _campus_patrol_GetPatrolAuditResponse__Output } from '../../campus/patrol/GetPatrolAuditResponse.ts';
import type { GetPatrolDetailsRequest as _campus_patrol_GetPatrolDetailsRequest, GetPatrolDetailsRequest__Output as _campus_patrol_GetPatrolDetailsRequest__Output } from '../../campus/patrol/GetPatrolDetailsRequest.ts';
import type { GetPatrolDetailsResponse as _campus_patrol_GetPatrolDetailsResponse, GetPatrolDetailsResponse__Output as _campus_patrol_GetPatrolDetailsResponse__Output } from '../../campus/patrol/GetPatrolDetailsResponse.ts';
import type { GetPatrolEntryRequest as _campus_patrol_GetPatrolEntryRequest, GetPatrolEntryRequest__Output as _campus_patrol_GetPatrolEntryRequest__Output } from '../../campus/patrol/GetPatrolEntryRequest.ts';
import type { GetPatrolEntryResponse as _campus_patrol_GetPatrolEntryResponse, GetPatrolEntryResponse__Output as _campus_patrol_GetPatrolEntryResponse__Output } from '../../campus/patrol/GetPatrolEntryResponse.ts';
import type { GetPatrolsForDateRequest as _campus_patrol_GetPatrolsForDateRequest, GetPatrolsForDateRequest__Output as _campus_patrol_GetPatrolsForDateRequest__Output } from '../../campus/patrol/GetPatrolsForDateRequest.ts';
import type { GetPatrolsForDateResponse as _campus_patrol_GetPatrolsForDateResponse, GetPatrolsForDateResponse__Output as _campus_patrol_GetPatrolsForDateResponse__Output } from '../../campus/patrol/GetPatrolsForDateResponse.ts';
import type { ListAbsenteesRequest as _campus_patrol_ListAbsenteesRequest, ListAbsenteesRequest__Output as _campus_patrol_ListAbsenteesRequest__Output } from '../../campus/patrol/ListAbsenteesRequest.ts';
import type { ListAbsenteesResponse as _campus_patrol_ListAbsenteesResponse, ListAbsenteesResponse__Output as _campus_patrol_ListAbsenteesResponse__Output } from '../../campus/patrol/ListAbsenteesResponse.ts';
import type { ListAuditRequest as _campus_patrol_ListAuditRequest, ListAuditRequest__Output as _campus_patrol_ListAuditRequest__Output } from '../../campus/patrol/ListAuditRequest.ts';
import type { ListAuditResponse as _campus_patrol_ListAuditResponse, ListAuditResponse__Output as _campus_patrol_ListAuditResponse__Output } from '../../campus/patrol/ListAuditResponse.ts';
import type { ListPatrolsRequest as _campus_patrol_ListPatrolsRequest, ListPatrolsRequest__Output as _campus_patrol_ListPatrolsRequest__Output } from '../../campus/patrol/ListPatrolsRequest.ts';
import type { ListPatrolsResponse as _campus_patrol_ListPatrolsResponse, ListPatrolsResponse__Output as _campus_patrol_ListPatrolsResponse__Output } from '../../campus/patrol/ListPatrolsResponse.ts';
import type { MarkPatrolEntriesRequest as _campus_patrol_MarkPatrolEntriesRequest, MarkPatrolEntriesRequest__Output as _campus_patrol_MarkPatrolEntriesRequest__Output } from '../../campus/patrol/MarkPatrolEntriesRequest.ts';
import type { MarkPatrolEntriesResponse as _campus_patrol_MarkPatrolEntriesResponse, MarkPatrolEntriesResponse__Output as _campus_patrol_MarkPatrolEntriesResponse__Output } from '../../campus/patrol/MarkPatrolEntriesResponse.ts';
import type { PatrolEvent as _campus_patrol_PatrolEvent, PatrolEvent__Output as _campus_patrol_PatrolEvent__Output } from '../../campus/patrol/PatrolEvent.ts';
import type { RefreshPatrolRequest as _campus_patrol_RefreshPatrolRequest, RefreshPatrolRequest__Output as _campus_patrol_RefreshPatrolRequest__Output } from '../../campus/patrol/RefreshPatrolRequest.ts';
import type { RefreshPatrolResponse as _campus_patrol_RefreshPatrolResponse, RefreshPatrolResponse__Output as _campus_patrol_RefreshPatrolResponse__Output } from '../../campus/patrol/RefreshPatrolResponse.ts';
import type { ReopenPatrolRequest as _campus_patrol_ReopenPatrolRequest, ReopenPatrolRequest__Output as _campus_patrol_ReopenPatrolRequest__Output } from '../../campus/patrol/ReopenPatrolRequest.ts';
import type { ReopenPatrolResponse as _campus_patrol_ReopenPatrolResponse, ReopenPatrolResponse__Output as _campus_patrol_ReopenPatrolResponse__Output } from '../../campus/patrol/ReopenPatrolResponse.ts';
import type { UpdatePatrolEntryRequest as _campus_patrol_UpdatePatrolEntryRequest, UpdatePatrolEntryRequest__Output as _campus_patrol_UpdatePatrolEntryRequest__Output } from '../../campus/patrol/UpdatePatrolEntryRequest.ts';
import type { UpdatePatrolEntryResponse as _campus_patrol_UpdatePatrolEntryResponse, UpdatePatrolEntryResponse__Output as _campus_patrol_UpdatePatrolEntryResponse__Output } from '../../campus/patrol/UpdatePatrolEntryResponse.ts';
import type { UpdatePatrolRequest as _campus_patrol_UpdatePatrolRequest, UpdatePatrolRequest__Output as _campus_patrol_UpdatePatrolRequest__Output } from '../../campus/patrol/UpdatePatrolRequest.ts';
import type { UpdatePatrolResponse as _campus_patrol_UpdatePatrolResponse, UpdatePatrolResponse__Output as _campus_patrol_UpdatePatrolResponse__Output } from '../../campus/patrol/UpdatePatrolResponse.ts';
import type { WatchPatrolsRequest as _campus_patrol_WatchPatrolsRequest, WatchPatrolsRequest__Output as _campus_patrol_WatchPatrolsRequest__Output } from '../../campus/patrol/WatchPatrolsRequest.ts';

export interface PatrolServiceClient extends grpc.Client {
  AddPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  AddPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  AddPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  AddPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  addPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  addPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  addPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  addPatrolEntry(argument: _campus_patrol_AddPatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_AddPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  
  CreatePatrol(argument: _campus_patrol_CreatePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  CreatePatrol(argument: _campus_patrol_CreatePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  CreatePatrol(argument: _campus_patrol_CreatePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  CreatePatrol(argument: _campus_patrol_CreatePatrolRequest, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  createPatrol(argument: _campus_patrol_CreatePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  createPatrol(argument: _campus_patrol_CreatePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  createPatrol(argument: _campus_patrol_CreatePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  createPatrol(argument: _campus_patrol_CreatePatrolRequest, callback: grpc.requestCallback<_campus_patrol_CreatePatrolResponse__Output>): grpc.ClientUnaryCall;
  
  DeletePatrol(argument: _campus_patrol_DeletePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrol(argument: _campus_patrol_DeletePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrol(argument: _campus_patrol_DeletePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrol(argument: _campus_patrol_DeletePatrolRequest, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  deletePatrol(argument: _campus_patrol_DeletePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  deletePatrol(argument: _campus_patrol_DeletePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  deletePatrol(argument: _campus_patrol_DeletePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  deletePatrol(argument: _campus_patrol_DeletePatrolRequest, callback: grpc.requestCallback<_campus_patrol_DeletePatrolResponse__Output>): grpc.ClientUnaryCall;
  
  DeletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  DeletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  deletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  deletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  deletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  deletePatrolEntry(argument: _campus_patrol_DeletePatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_DeletePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  
  GetAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  GetAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  GetAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  GetAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  getAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  getAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  getAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  getAttendanceReport(argument: _campus_patrol_GetAttendanceReportRequest, callback: grpc.requestCallback<_campus_patrol_GetAttendanceReportResponse__Output>): grpc.ClientUnaryCall;
  
  GetCoverage(argument: _campus_patrol_GetCoverageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  GetCoverage(argument: _campus_patrol_GetCoverageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  GetCoverage(argument: _campus_patrol_GetCoverageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  GetCoverage(argument: _campus_patrol_GetCoverageRequest, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  getCoverage(argument: _campus_patrol_GetCoverageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  getCoverage(argument: _campus_patrol_GetCoverageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  getCoverage(argument: _campus_patrol_GetCoverageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  getCoverage(argument: _campus_patrol_GetCoverageRequest, callback: grpc.requestCallback<_campus_patrol_GetCoverageResponse__Output>): grpc.ClientUnaryCall;
  
  GetPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  getPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  getPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  getPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  getPatrolAudit(argument: _campus_patrol_GetPatrolAuditRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolAuditResponse__Output>): grpc.ClientUnaryCall;
  
  GetPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  getPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  getPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  getPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  getPatrolDetails(argument: _campus_patrol_GetPatrolDetailsRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolDetailsResponse__Output>): grpc.ClientUnaryCall;
  
  GetPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  getPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  getPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  getPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  getPatrolEntry(argument: _campus_patrol_GetPatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  
  GetPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  GetPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  getPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  getPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  getPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  getPatrolsForDate(argument: _campus_patrol_GetPatrolsForDateRequest, callback: grpc.requestCallback<_campus_patrol_GetPatrolsForDateResponse__Output>): grpc.ClientUnaryCall;
  
  ListAbsentees(argument: _campus_patrol_ListAbsenteesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  ListAbsentees(argument: _campus_patrol_ListAbsenteesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  ListAbsentees(argument: _campus_patrol_ListAbsenteesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  ListAbsentees(argument: _campus_patrol_ListAbsenteesRequest, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  listAbsentees(argument: _campus_patrol_ListAbsenteesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  listAbsentees(argument: _campus_patrol_ListAbsenteesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  listAbsentees(argument: _campus_patrol_ListAbsenteesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  listAbsentees(argument: _campus_patrol_ListAbsenteesRequest, callback: grpc.requestCallback<_campus_patrol_ListAbsenteesResponse__Output>): grpc.ClientUnaryCall;
  
  ListAudit(argument: _campus_patrol_ListAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _campus_patrol_ListAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _campus_patrol_ListAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  ListAudit(argument: _campus_patrol_ListAuditRequest, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _campus_patrol_ListAuditRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _campus_patrol_ListAuditRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _campus_patrol_ListAuditRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  listAudit(argument: _campus_patrol_ListAuditRequest, callback: grpc.requestCallback<_campus_patrol_ListAuditResponse__Output>): grpc.ClientUnaryCall;
  
  ListPatrols(argument: _campus_patrol_ListPatrolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  ListPatrols(argument: _campus_patrol_ListPatrolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  ListPatrols(argument: _campus_patrol_ListPatrolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  ListPatrols(argument: _campus_patrol_ListPatrolsRequest, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  listPatrols(argument: _campus_patrol_ListPatrolsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  listPatrols(argument: _campus_patrol_ListPatrolsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  listPatrols(argument: _campus_patrol_ListPatrolsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  listPatrols(argument: _campus_patrol_ListPatrolsRequest, callback: grpc.requestCallback<_campus_patrol_ListPatrolsResponse__Output>): grpc.ClientUnaryCall;
  
  MarkPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  MarkPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  MarkPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  MarkPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  markPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  markPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  markPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  markPatrolEntries(argument: _campus_patrol_MarkPatrolEntriesRequest, callback: grpc.requestCallback<_campus_patrol_MarkPatrolEntriesResponse__Output>): grpc.ClientUnaryCall;
  
  RefreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  RefreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  RefreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  RefreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  refreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  refreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  refreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  refreshPatrol(argument: _campus_patrol_RefreshPatrolRequest, callback: grpc.requestCallback<_campus_patrol_RefreshPatrolResponse__Output>): grpc.ClientUnaryCall;
  
  ReopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  ReopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  ReopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  ReopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  reopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  reopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  reopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  reopenPatrol(argument: _campus_patrol_ReopenPatrolRequest, callback: grpc.requestCallback<_campus_patrol_ReopenPatrolResponse__Output>): grpc.ClientUnaryCall;
  
  UpdatePatrol(argument: _campus_patrol_UpdatePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrol(argument: _campus_patrol_UpdatePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrol(argument: _campus_patrol_UpdatePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrol(argument: _campus_patrol_UpdatePatrolRequest, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  updatePatrol(argument: _campus_patrol_UpdatePatrolRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  updatePatrol(argument: _campus_patrol_UpdatePatrolRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  updatePatrol(argument: _campus_patrol_UpdatePatrolRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  updatePatrol(argument: _campus_patrol_UpdatePatrolRequest, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolResponse__Output>): grpc.ClientUnaryCall;
  
  UpdatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  UpdatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  updatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  updatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  updatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  updatePatrolEntry(argument: _campus_patrol_UpdatePatrolEntryRequest, callback: grpc.requestCallback<_campus_patrol_UpdatePatrolEntryResponse__Output>): grpc.ClientUnaryCall;
  
  WatchPatrols(argument: _campus_patrol_WatchPatrolsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_campus_patrol_PatrolEvent__Output>;
  WatchPatrols(argument: _campus_patrol_WatchPatrolsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_campus_patrol_PatrolEvent__Output>;
  watchPatrols(argument: _campus_patrol_WatchPatrolsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_campus_patrol_PatrolEvent__Output>;
  watchPatrols(argument: _campus_patrol_WatchPatrolsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_campus_patrol_PatrolEvent__Output>;
  
}

export interface PatrolServiceHandlers extends grpc.UntypedServiceImplementation {
  AddPatrolEntry: grpc.handleUnaryCall<_campus_patrol_AddPatrolEntryRequest__Output, _campus_patrol_AddPatrolEntryResponse>;
  
  CreatePatrol: grpc.handleUnaryCall<_campus_patrol_CreatePatrolRequest__Output, _campus_patrol_CreatePatrolResponse>;
  
  DeletePatrol: grpc.handleUnaryCall<_campus_patrol_DeletePatrolRequest__Output, _campus_patrol_DeletePatrolResponse>;
  
  DeletePatrolEntry: grpc.handleUnaryCall<_campus_patrol_DeletePatrolEntryRequest__Output, _campus_patrol_DeletePatrolEntryResponse>;
  
  GetAttendanceReport: grpc.handleUnaryCall<_campus_patrol_GetAttendanceReportRequest__Output, _campus_patrol_GetAttendanceReportResponse>;
  
  GetCoverage: grpc.handleUnaryCall<_campus_patrol_GetCoverageRequest__Output, _campus_patrol_GetCoverageResponse>;
  
  GetPatrolAudit: grpc.handleUnaryCall<_campus_patrol_GetPatrolAuditRequest__Output, _campus_patrol_GetPatrolAuditResponse>;
  
  GetPatrolDetails: grpc.handleUnaryCall<_campus_patrol_GetPatrolDetailsRequest__Output, _campus_patrol_GetPatrolDetailsResponse>;
  
  GetPatrolEntry: grpc.handleUnaryCall<_campus_patrol_GetPatrolEntryRequest__Output, _campus_patrol_GetPatrolEntryResponse>;
  
  GetPatrolsForDate: grpc.handleUnaryCall<_campus_patrol_GetPatrolsForDateRequest__Output, _campus_patrol_GetPatrolsForDateResponse>;
  
  ListAbsentees: grpc.handleUnaryCall<_campus_patrol_ListAbsenteesRequest__Output, _campus_patrol_ListAbsenteesResponse>;
  
  ListAudit: grpc.handleUnaryCall<_campus_patrol_ListAuditRequest__Output, _campus_patrol_ListAuditResponse>;
  
  ListPatrols: grpc.handleUnaryCall<_campus_patrol_ListPatrolsRequest__Output, _campus_patrol_ListPatrolsResponse>;
  
  MarkPatrolEntries: grpc.handleUnaryCall<_campus_patrol_MarkPatrolEntriesRequest__Output, _campus_patrol_MarkPatrolEntriesResponse>;
  
  RefreshPatrol: grpc.handleUnaryCall<_campus_patrol_RefreshPatrolRequest__Output, _campus_patrol_RefreshPatrolResponse>;
  
  ReopenPatrol: grpc.handleUnaryCall<_campus_patrol_ReopenPatrolRequest__Output, _campus_patrol_ReopenPatrolResponse>;
  
  UpdatePatrol: grpc.handleUnaryCall<_campus_patrol_UpdatePatrolRequest__Output, _campus_patrol_UpdatePatrolResponse>;
  
  UpdatePatrolEntry: grpc.handleUnaryCall<_campus_patrol_UpdatePatrolEntryRequest__Output, _campus_patrol_UpdatePatrolEntryResponse>;
  
  WatchPatrols: grpc.handleServerStreamingCall<_campus_patrol_WatchPatrolsRequest__Output, _campus_patrol_PatrolEvent>;
  
}

export interface PatrolServiceDefinition extends grpc.ServiceDefinition {
  AddPatrolEntry: MethodDefinition<_campus_patrol_AddPatrolEntryRequest, _campus_patrol_AddPatrolEntryResponse, _campus_patrol_AddPatrolEntryRequest__Output, _campus_patrol_AddPatrolEntryResponse__Output>
  CreatePatrol: MethodDefinition<_campus_patrol_CreatePatrolRequest, _campus_patrol_CreatePatrolResponse, _campus_patrol_CreatePatrolRequest__Output, _campus_patrol_CreatePatrolResponse__Output>
  DeletePatrol: MethodDefinition<_campus_patrol_DeletePatrolRequest, _campus_patrol_DeletePatrolResponse, _campus_patrol_DeletePatrolRequest__Output, _campus_patrol_DeletePatrolResponse__Output>
  DeletePatrolEntry: MethodDefinition<_campus_patrol_DeletePatrolEntryRequest, _campus_patrol_DeletePatrolEntryResponse, _campus_patrol_DeletePatrolEntryRequest__Output, _campus_patrol_DeletePatrolEntryResponse__Output>
  GetAttendanceReport: MethodDefinition<_campus_patrol_GetAttendanceReportRequest, _campus_patrol_GetAttendanceReportResponse, _campus_patrol_GetAttendanceReportRequest__Output, _campus_patrol_GetAttendanceReportResponse__Output>
  GetCoverage: MethodDefinition<_campus_patrol_GetCoverageRequest, _campus_patrol_GetCoverageResponse, _campus_patrol_GetCoverageRequest__Output, _campus_patrol_GetCoverageResponse__Output>
  GetPatrolAudit: MethodDefinition<_campus_patrol_GetPatrolAuditRequest, _campus_patrol_GetPatrolAuditResponse, _campus_patrol_GetPatrolAuditRequest__Output, _campus_patrol_GetPatrolAuditResponse__Output>
  GetPatrolDetails: MethodDefinition<_campus_patrol_GetPatrolDetailsRequest, _campus_patrol_GetPatrolDetailsResponse, _campus_patrol_GetPatrolDetailsRequest__Output, _campus_patrol_GetPatrolDetailsResponse__Output>
  GetPatrolEntry: MethodDefinition<_campus_patrol_GetPatrolEntryRequest, _campus_patrol_GetPatrolEntryResponse, _campus_patrol_GetPatrolEntryRequest__Output, _campus_patrol_GetPatrolEntryResponse__Output>
  GetPatrolsForDate: MethodDefinition<_campus_patrol_GetPatrolsForDateRequest, _campus_patrol_GetPatrolsForDateResponse, _campus_patrol_GetPatrolsForDateRequest__Output, _campus_patrol_GetPatrolsForDateResponse__Output>
  ListAbsentees: MethodDefinition<_campus_patrol_ListAbsenteesRequest, _campus_patrol_ListAbsenteesResponse, _campus_patrol_ListAbsenteesRequest__Output, _campus_patrol_ListAbsenteesResponse__Output>
  ListAudit: MethodDefinition<_campus_patrol_ListAuditRequest, _campus_patrol_ListAuditResponse, _campus_patrol_ListAuditRequest__Output, _campus_patrol_ListAuditResponse__Output>
  ListPatrols: MethodDefinition<_campus_patrol_ListPatrolsRequest, _campus_patrol_ListPatrolsResponse, _campus_patrol_ListPatrolsRequest__Output, _campus_patrol_ListPatrolsResponse__Output>
  MarkPatrolEntries: MethodDefinition<_campus_patrol_MarkPatrolEntriesRequest, _campus_patrol_MarkPatrolEntriesResponse, _campus_patrol_MarkPatrolEntriesRequest__Output, _campus_patrol_MarkPatrolEntriesResponse__Output>
  RefreshPatrol: MethodDefinition<_campus_patrol_RefreshPatrolRequest, _campus_patrol_RefreshPatrolResponse, _campus_patrol_RefreshPatrolRequest__Output, _campus_patrol_RefreshPatrolResponse__Output>
  ReopenPatrol: MethodDefinition<_campus_patrol_ReopenPatrolRequest, _campus_patrol_ReopenPatrolResponse, _campus_patrol_ReopenPatrolRequest__Output, _campus_patrol_ReopenPatrolResponse__Output>
  UpdatePatrol: MethodDefinition<_campus_patrol_UpdatePatrolRequest, _campus_patrol_UpdatePatrolResponse, _campus_patrol_UpdatePatrolRequest__Output, _campus_patrol_UpdatePatrolResponse__Output>
  UpdatePatrolEntry: MethodDefinition<_campus_patrol_UpdatePatrolEntryRequest, _campus_patrol_UpdatePatrolEntryResponse, _campus_patrol_UpdatePatrolEntryRequest__Output, _campus_patrol_UpdatePatrolEntryResponse__Output>
  WatchPatrols: MethodDefinition<_campus_patrol_WatchPatrolsRequest, _campus_patrol_PatrolEvent, _campus_patrol_WatchPatrolsRequest__Output, _campus_patrol_PatrolEvent__Output>
}
