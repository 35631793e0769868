// Original file: proto/patrol.proto


export interface GetPatrolAuditRequest {
  'patrol_id'?: (string);
}

export interface GetPatrolAuditRequest__Output {
  'patrol_id': (string);
}
