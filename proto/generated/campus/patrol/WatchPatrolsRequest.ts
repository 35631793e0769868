// Original file: proto/patrol.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchPatrolsRequest {
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'patrol_id'?: (string);
  'after'?: (number | string | Long);
}

export interface WatchPatrolsRequest__Output {
  'date': (string);
  'building': (string);
  'entrance': (number);
  'patrol_id': (string);
  'after': (number);
}
