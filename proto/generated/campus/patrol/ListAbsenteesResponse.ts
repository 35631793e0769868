// Original file: proto/patrol.proto

import type { Absentee as _campus_patrol_Absentee, Absentee__Output as _campus_patrol_Absentee__Output } from '../../campus/patrol/Absentee.ts';

export interface ListAbsenteesResponse {
  'items'?: (_campus_patrol_Absentee)[];
}

export interface ListAbsenteesResponse__Output {
  'items': (_campus_patrol_Absentee__Output)[];
}
