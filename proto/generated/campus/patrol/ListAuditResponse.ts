// Original file: proto/patrol.proto

import type { AuditRecord as _campus_patrol_AuditRecord, AuditRecord__Output as _campus_patrol_AuditRecord__Output } from '../../campus/patrol/AuditRecord.ts';
import type { Long } from '@grpc/proto-loader';

export interface ListAuditResponse {
  'items'?: (_campus_patrol_AuditRecord)[];
  'next'?: (number | string | Long);
}

export interface ListAuditResponse__Output {
  'items': (_campus_patrol_AuditRecord__Output)[];
  'next': (number);
}
