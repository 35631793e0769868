import Type, { type Static } from 'typebox';
import { inRoomOrder } from './room-order.ts';
import { Patrol, StoredEntry, type StoredPatrol } from './schemas.ts';

/** A row of `patrols` in the contract's shape (`PATROL_SHAPE`), without counts. */
export const PatrolRow = Type.Omit(Patrol, [
  'entries_count',
  'present_count',
  'absent_count',
  'unchecked_count',
]);
export type PatrolRow = Static<typeof PatrolRow>;

/** A row of `patrols` with its entries, unordered. */
export const PatrolRowWithEntries = Type.Interface([PatrolRow], { entries: Type.Array(StoredEntry) });

type Counts = Omit<Patrol, keyof PatrolRow>;

/** Returns a patrol with its entries in room order, and counted. */
export function patrolOf(row: PatrolRow, entries: readonly StoredEntry[]): StoredPatrol {
  return { ...row, ...countsOf(entries), entries: inRoomOrder(entries) };
}

function countsOf(entries: readonly StoredEntry[]): Counts {
  const counted = { present_count: 0, absent_count: 0, unchecked_count: 0 };
  for (const { is_present } of entries) {
    if (is_present === null) counted.unchecked_count += 1;
    else if (is_present) counted.present_count += 1;
    else counted.absent_count += 1;
  }
  return { entries_count: entries.length, ...counted };
}
