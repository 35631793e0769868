import type { PatrolEntry } from './schemas.ts';

type Placed = Pick<PatrolEntry, 'room' | 'user_id'>;

const AS_PEOPLE_COUNT = new Intl.Collator('ru', { numeric: true });

/**
 * Orders entries by room as people count: 2, 10, 101, 101a. It is done here and not in SQL because PostgreSQL counts
 * so only with an ICU collation, which not every build of it has. Room-mates go by their user id: the order is
 * the same at every look.
 */
export function byRoom(one: Placed, other: Placed): number {
  return AS_PEOPLE_COUNT.compare(one.room, other.room) || (one.user_id < other.user_id ? -1 : 1);
}
