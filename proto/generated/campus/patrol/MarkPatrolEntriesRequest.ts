// Original file: proto/patrol.proto

import type { PatrolEntryMark as _campus_patrol_PatrolEntryMark, PatrolEntryMark__Output as _campus_patrol_PatrolEntryMark__Output } from '../../campus/patrol/PatrolEntryMark.ts';

export interface MarkPatrolEntriesRequest {
  'patrol_id'?: (string);
  'marks'?: (_campus_patrol_PatrolEntryMark)[];
}

export interface MarkPatrolEntriesRequest__Output {
  'patrol_id': (string);
  'marks': (_campus_patrol_PatrolEntryMark__Output)[];
}
