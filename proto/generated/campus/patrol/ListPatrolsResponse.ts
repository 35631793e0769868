// Original file: proto/patrol.proto

import type { PatrolSummary as _campus_patrol_PatrolSummary, PatrolSummary__Output as _campus_patrol_PatrolSummary__Output } from '../../campus/patrol/PatrolSummary.ts';

export interface ListPatrolsResponse {
  'items'?: (_campus_patrol_PatrolSummary)[];
  'total'?: (number);
  'page'?: (number);
  'size'?: (number);
  'pages'?: (number);
  'next'?: (string);
}

export interface ListPatrolsResponse__Output {
  'items': (_campus_patrol_PatrolSummary__Output)[];
  'total': (number);
  'page': (number);
  'size': (number);
  'pages': (number);
  'next': (string);
}
