// Original file: proto/patrol.proto

import type { PatrolEntryProto as _campus_patrol_PatrolEntryProto, PatrolEntryProto__Output as _campus_patrol_PatrolEntryProto__Output } from '../../campus/patrol/PatrolEntryProto.ts';
import type { PatrolSummary as _campus_patrol_PatrolSummary, PatrolSummary__Output as _campus_patrol_PatrolSummary__Output } from '../../campus/patrol/PatrolSummary.ts';
import type { Long } from '@grpc/proto-loader';

export interface PatrolEvent {
  'event_id'?: (number | string | Long);
  'at'?: (string);
  'action'?: (string);
  'author'?: (string);
  'patrol_id'?: (string);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'entries_count'?: (number);
  'present_count'?: (number);
  'absent_count'?: (number);
  'unchecked_count'?: (number);
  'patrol_entry_id'?: (string);
  'entry'?: (_campus_patrol_PatrolEntryProto | null);
  'patrols'?: (_campus_patrol_PatrolSummary)[];
}

export interface PatrolEvent__Output {
  'event_id': (number);
  'at': (string);
  'action': (string);
  'author': (string);
  'patrol_id': (string);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'entries_count': (number);
  'present_count': (number);
  'absent_count': (number);
  'unchecked_count': (number);
  'patrol_entry_id': (string);
  'entry': (_campus_patrol_PatrolEntryProto__Output | null);
  'patrols': (_campus_patrol_PatrolSummary__Output)[];
}
