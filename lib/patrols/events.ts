import type { UserId } from '../campus-types.ts';
import type { EventRow, EventScope } from './event-store.ts';
import type { NameSource } from './naming.ts';
import type { ListedEntry, StoredEntry } from './schemas.ts';
import type { PatrolEvent } from './trail-schemas.ts';
import { withUtcTimes } from './trail-times.ts';

/** Whether an event is one of a scope. */
export function isWithin(event: PatrolEvent, { patrol_id, date, building, entrance }: EventScope): boolean {
  return (
    (patrol_id === undefined || event.patrol_id === patrol_id) &&
    (date === undefined || event.date === date) &&
    (building === undefined || event.building === building) &&
    (entrance === undefined || event.entrance === entrance)
  );
}

/** Returns the events of records, with the names of their students. What is about no patrol is no event. */
export async function eventsOf(names: NameSource, rows: readonly EventRow[]): Promise<PatrolEvent[]> {
  const ofPatrols = rows.filter(({ patrol_id }) => patrol_id !== null).map(eventOf);
  const students = ofPatrols.flatMap(({ entry }) => (entry ? [entry.user_id] : []));
  const nameOf = students.length > 0 ? await names.of(students) : () => null;
  return ofPatrols.map((event) => ({ ...event, entry: event.entry && named(event.entry, nameOf) }));
}

function named(entry: StoredEntry, nameOf: (userId: UserId) => string | null): ListedEntry {
  return { ...entry, user_name: nameOf(entry.user_id) };
}

function eventOf(row: EventRow): Omit<PatrolEvent, 'entry'> & { readonly entry: StoredEntry | null } {
  const { audit_id, user_id, after, entry, ...event } = row;
  return { ...event, event_id: audit_id, author: user_id, entry: entryAfter(row) };
}

/**
 * Returns the entry as it was after the change: its row may have been changed again, and the record has what the change
 * made of it. Null if the record is about several, or if the entry is gone.
 */
function entryAfter({ entry, after, at }: EventRow): StoredEntry | null {
  if (!entry) return null;
  const recorded = withUtcTimes(Array.isArray(after) ? after[0] : after);
  if (typeof recorded !== 'object' || recorded === null) return null;
  const { is_present, absence_reason, checked_at, leave_until } = { ...entry, ...recorded };
  return { ...entry, is_present, absence_reason, checked_at, leave_until, updated_at: at };
}
