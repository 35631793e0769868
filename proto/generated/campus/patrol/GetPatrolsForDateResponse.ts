// Original file: proto/patrol.proto

import type { PatrolSummary as _campus_patrol_PatrolSummary, PatrolSummary__Output as _campus_patrol_PatrolSummary__Output } from '../../campus/patrol/PatrolSummary.ts';

export interface GetPatrolsForDateResponse {
  'patrols'?: (_campus_patrol_PatrolSummary)[];
}

export interface GetPatrolsForDateResponse__Output {
  'patrols': (_campus_patrol_PatrolSummary__Output)[];
}
