import type { PatrolEvent__Output as PatrolEventMessage } from '../../proto/generated/campus/patrol/PatrolEvent.ts';
import { entryMessage, patrolSummary } from '../grpc/messages.ts';
import type { PatrolEvent, WatchSnapshot } from '../patrols/trail-schemas.ts';
import type { Watch } from './watch.ts';

/** Returns a watch as the messages of its RPC. */
export function watchMessages(watch: Watch) {
  return { messages: messagesOf(watch), close: watch.close };
}

async function* messagesOf(watch: Watch): AsyncGenerator<PatrolEventMessage> {
  for await (const item of watch) {
    // gRPC keeps its connections awake itself.
    if (item === null) continue;
    if ('snapshot' in item) yield snapshotMessage(item.snapshot);
    else yield* item.batch.events.map(eventMessage);
  }
}

const NOTHING = {
  ...{ at: '', author: '', patrol_id: '', date: '', building: '', entrance: 0, status: '' },
  ...{ entries_count: 0, present_count: 0, absent_count: 0, unchecked_count: 0, patrol_entry_id: '' },
};

function snapshotMessage({ event_id, patrols }: WatchSnapshot): PatrolEventMessage {
  return { ...NOTHING, event_id, action: 'snapshot', entry: null, patrols: patrols.map(patrolSummary) };
}

/** Returns an event; REST's null is `""` or 0. */
function eventMessage({ entry, ...event }: PatrolEvent): PatrolEventMessage {
  return {
    event_id: event.event_id,
    at: event.at,
    action: event.action,
    author: event.author ?? '',
    patrol_id: event.patrol_id ?? '',
    date: event.date ?? '',
    building: event.building ?? '',
    entrance: event.entrance ?? 0,
    status: event.status ?? '',
    entries_count: event.entries_count ?? 0,
    present_count: event.present_count ?? 0,
    absent_count: event.absent_count ?? 0,
    unchecked_count: event.unchecked_count ?? 0,
    patrol_entry_id: event.patrol_entry_id ?? '',
    entry: entry && entryMessage(entry),
    patrols: [],
  };
}
