// Original file: proto/patrol.proto

import type { GetPatrolDetailsResponse as _campus_patrol_GetPatrolDetailsResponse, GetPatrolDetailsResponse__Output as _campus_patrol_GetPatrolDetailsResponse__Output } from '../../campus/patrol/GetPatrolDetailsResponse.ts';
import type { RosterChanges as _campus_patrol_RosterChanges, RosterChanges__Output as _campus_patrol_RosterChanges__Output } from '../../campus/patrol/RosterChanges.ts';

export interface RefreshPatrolResponse {
  'patrol'?: (_campus_patrol_GetPatrolDetailsResponse | null);
  'changes'?: (_campus_patrol_RosterChanges | null);
}

export interface RefreshPatrolResponse__Output {
  'patrol': (_campus_patrol_GetPatrolDetailsResponse__Output | null);
  'changes': (_campus_patrol_RosterChanges__Output | null);
}
