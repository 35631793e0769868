// Original file: proto/patrol.proto

import type { Long } from '@grpc/proto-loader';

export interface GetPatrolAuditRequest {
  'patrol_id'?: (string);
  'after'?: (number | string | Long);
}

export interface GetPatrolAuditRequest__Output {
  'patrol_id': (string);
  'after': (number);
}
