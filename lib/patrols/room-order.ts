import type { PatrolEntry } from './schemas.ts';

type Placed = Pick<PatrolEntry, 'room' | 'user_id'>;

const AS_PEOPLE_COUNT = new Intl.Collator('ru', { numeric: true });

/**
 * Gives entries by room as people count: 2, 10, 101, 101a. It is done here and not in SQL because PostgreSQL counts
 * so only with an ICU collation, which not every build of it has. Room-mates go by their user id: the order is
 * the same at every look.
 */
export function inRoomOrder<Entry extends Placed>(entries: readonly Entry[]): Entry[] {
  // By room first, of which there are far fewer than entries: to compare them is what takes time.
  return [...Map.groupBy(entries, ({ room }) => room)]
    .sort(([one], [other]) => AS_PEOPLE_COUNT.compare(one, other) || inOrder(one, other))
    .flatMap(([, roomMates]) => roomMates.sort((one, other) => inOrder(one.user_id, other.user_id)));
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : 1;
}
