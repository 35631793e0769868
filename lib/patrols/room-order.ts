import type { PatrolEntry } from './schemas.ts';

type Placed = Pick<PatrolEntry, 'room' | 'patrol_entry_id'>;

const AS_PEOPLE_COUNT = new Intl.Collator('ru', { numeric: true });

/**
 * Orders entries by room as people count: 2, 10, 101, 101a. It is done here and not in SQL because PostgreSQL counts
 * so only with an ICU collation, which not every build of it has. Equal rooms go by id: the order never changes
 * between two looks.
 */
export function byRoom(one: Placed, other: Placed): number {
  return (
    AS_PEOPLE_COUNT.compare(one.room, other.room) || (one.patrol_entry_id < other.patrol_entry_id ? -1 : 1)
  );
}
