import { Check } from 'typebox/schema';
import type { Place, UserId } from '../campus-types.ts';
import type { EventRow, EventScope } from './event-store.ts';
import type { NameSource } from './naming.ts';
import { type PatrolEntry, PatrolStatus, StoredEntry } from './schemas.ts';
import type { PatrolEvent } from './trail-schemas.ts';
import { withUtcTimes } from './trail-times.ts';

/** Whether an event, or a patrol, is one of a scope. */
export function isWithin(
  event: Pick<PatrolEvent, 'patrol_id' | 'date' | 'building' | 'entrance'>,
  { patrol_id, date, building, entrance }: EventScope,
): boolean {
  return (
    (patrol_id === undefined || event.patrol_id === patrol_id) &&
    (date === undefined || event.date === date) &&
    (building === undefined || event.building === building) &&
    (entrance === undefined || event.entrance === entrance)
  );
}

/** How long an event waits for names: it has to be seen within a second. */
const NAMES_WITHIN_MS = 250;

/** Returns the events of records, with the names of their students. What is about no patrol is no event. */
export async function eventsOf(names: NameSource, rows: readonly EventRow[]): Promise<PatrolEvent[]> {
  const ofPatrols = rows.filter(({ patrol_id }) => patrol_id !== null).map(eventOf);
  const students = ofPatrols.flatMap(({ entry }) => (entry ? [entry.user_id] : []));
  const nameOf =
    students.length > 0 ? await names.of(students, placeOf(ofPatrols), NAMES_WITHIN_MS) : () => null;
  return ofPatrols.map((event) => ({ ...event, entry: event.entry && named(event.entry, nameOf) }));
}

/** Returns a place of these events: the names of one entrance are asked for together. */
function placeOf(events: readonly Pick<PatrolEvent, 'building' | 'entrance'>[]): Place | undefined {
  for (const { building, entrance } of events)
    if (building !== null && entrance !== null) return { building, entrance };
  return undefined;
}

function named(entry: StoredEntry, nameOf: (userId: UserId) => string | null): PatrolEntry {
  return { ...entry, user_name: nameOf(entry.user_id) };
}

function eventOf(row: EventRow): Omit<PatrolEvent, 'entry'> & { readonly entry: StoredEntry | null } {
  const { audit_id, user_id, after, entry, ...event } = row;
  return {
    ...event,
    event_id: audit_id,
    author: user_id,
    status: statusAfter(row),
    entry: entryAfter(row),
  };
}

/** Returns the patrol's status as the change left it; as it is now, if the change was one of entries. */
function statusAfter({ after, status }: EventRow): EventRow['status'] {
  const recorded = typeof after === 'object' && after !== null && 'status' in after ? after.status : status;
  return Check(PatrolStatus, recorded) ? recorded : null;
}

/**
 * Returns the entry as the change left it, from the record: its row may have been changed again, or be gone. A record of
 * before migration 000009 has less of it. Null if the record is about several, or about none.
 */
function entryAfter({ patrol_entry_id, entry, after }: EventRow): StoredEntry | null {
  const recorded = withUtcTimes(Array.isArray(after) ? after[0] : after);
  if (patrol_entry_id === null || typeof recorded !== 'object' || recorded === null) return null;
  const whole = { ...entry, ...recorded };
  return Check(StoredEntry, whole) ? whole : null;
}
