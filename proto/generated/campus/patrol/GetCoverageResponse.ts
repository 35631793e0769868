// Original file: proto/patrol.proto

import type { CoveredPlace as _campus_patrol_CoveredPlace, CoveredPlace__Output as _campus_patrol_CoveredPlace__Output } from '../../campus/patrol/CoveredPlace.ts';
import type { UnlistedMinor as _campus_patrol_UnlistedMinor, UnlistedMinor__Output as _campus_patrol_UnlistedMinor__Output } from '../../campus/patrol/UnlistedMinor.ts';
import type { RepeatedMinor as _campus_patrol_RepeatedMinor, RepeatedMinor__Output as _campus_patrol_RepeatedMinor__Output } from '../../campus/patrol/RepeatedMinor.ts';

export interface GetCoverageResponse {
  'date'?: (string);
  'places'?: (_campus_patrol_CoveredPlace)[];
  'on_no_list'?: (_campus_patrol_UnlistedMinor)[];
  'on_several_lists'?: (_campus_patrol_RepeatedMinor)[];
}

export interface GetCoverageResponse__Output {
  'date': (string);
  'places': (_campus_patrol_CoveredPlace__Output)[];
  'on_no_list': (_campus_patrol_UnlistedMinor__Output)[];
  'on_several_lists': (_campus_patrol_RepeatedMinor__Output)[];
}
