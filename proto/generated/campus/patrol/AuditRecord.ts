// Original file: proto/patrol.proto

import type { Long } from '@grpc/proto-loader';

export interface AuditRecord {
  'audit_id'?: (number | string | Long);
  'at'?: (string);
  'action'?: (string);
  'patrol_id'?: (string);
  'patrol_entry_id'?: (string);
  'user_id'?: (string);
  'trace_id'?: (string);
  'before'?: (string);
  'after'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'student_id'?: (string);
}

export interface AuditRecord__Output {
  'audit_id': (number);
  'at': (string);
  'action': (string);
  'patrol_id': (string);
  'patrol_entry_id': (string);
  'user_id': (string);
  'trace_id': (string);
  'before': (string);
  'after': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'student_id': (string);
}
