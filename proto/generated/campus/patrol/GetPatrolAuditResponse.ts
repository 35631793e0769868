// Original file: proto/patrol.proto

import type { AuditRecord as _campus_patrol_AuditRecord, AuditRecord__Output as _campus_patrol_AuditRecord__Output } from '../../campus/patrol/AuditRecord.ts';

export interface GetPatrolAuditResponse {
  'items'?: (_campus_patrol_AuditRecord)[];
}

export interface GetPatrolAuditResponse__Output {
  'items': (_campus_patrol_AuditRecord__Output)[];
}
