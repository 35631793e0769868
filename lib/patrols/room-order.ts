import type { PatrolEntry } from './schemas.ts';

type Placed = Pick<PatrolEntry, 'room' | 'user_id'>;

const AS_PEOPLE_COUNT = new Intl.Collator('ru', { numeric: true });

/**
 * Returns entries in numeric room order (2, 10, 101, 101a), and by user id within a room. Not in SQL, because that
 * needs an ICU collation, which not every build of PostgreSQL has.
 */
export function inRoomOrder<Entry extends Placed>(entries: readonly Entry[]): Entry[] {
  // Grouped by room first: comparing is slow, and there are fewer rooms than entries.
  return [...Map.groupBy(entries, ({ room }) => room)]
    .sort(([one], [other]) => AS_PEOPLE_COUNT.compare(one, other) || inOrder(one, other))
    .flatMap(([, roomMates]) => roomMates.sort((one, other) => inOrder(one.user_id, other.user_id)));
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : 1;
}
