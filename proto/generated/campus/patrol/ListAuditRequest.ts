// Original file: proto/patrol.proto

import type { Long } from '@grpc/proto-loader';

export interface ListAuditRequest {
  'date_from'?: (string);
  'date_to'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'user_id'?: (string);
  'author'?: (string);
  'action'?: (string);
  'after'?: (number | string | Long);
  'size'?: (number);
}

export interface ListAuditRequest__Output {
  'date_from': (string);
  'date_to': (string);
  'building': (string);
  'entrance': (number);
  'user_id': (string);
  'author': (string);
  'action': (string);
  'after': (number);
  'size': (number);
}
