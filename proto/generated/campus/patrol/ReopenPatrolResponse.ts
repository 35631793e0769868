// Original file: proto/patrol.proto

import type { PatrolEntryProto as _campus_patrol_PatrolEntryProto, PatrolEntryProto__Output as _campus_patrol_PatrolEntryProto__Output } from '../../campus/patrol/PatrolEntryProto.ts';

export interface ReopenPatrolResponse {
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'started_at'?: (string);
  'submitted_at'?: (string);
  'patrol_by'?: (string);
  'patrol_by_name'?: (string);
  'entries'?: (_campus_patrol_PatrolEntryProto)[];
  'entries_count'?: (number);
  'present_count'?: (number);
  'absent_count'?: (number);
  'unchecked_count'?: (number);
  'created_at'?: (string);
  'updated_at'?: (string);
}

export interface ReopenPatrolResponse__Output {
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'started_at': (string);
  'submitted_at': (string);
  'patrol_by': (string);
  'patrol_by_name': (string);
  'entries': (_campus_patrol_PatrolEntryProto__Output)[];
  'entries_count': (number);
  'present_count': (number);
  'absent_count': (number);
  'unchecked_count': (number);
  'created_at': (string);
  'updated_at': (string);
}
