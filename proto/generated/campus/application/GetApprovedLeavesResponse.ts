// Original file: proto/application.proto

import type { LeaveRecord as _campus_application_LeaveRecord, LeaveRecord__Output as _campus_application_LeaveRecord__Output } from '../../campus/application/LeaveRecord.ts';

export interface GetApprovedLeavesResponse {
  'records'?: (_campus_application_LeaveRecord)[];
}

export interface GetApprovedLeavesResponse__Output {
  'records': (_campus_application_LeaveRecord__Output)[];
}
