import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { PatrolId } from '../campus-types.ts';
import { inRoomOrder } from './room-order.ts';
import { Patrol, StoredEntry, type StoredPatrol } from './schemas.ts';
import { ENTRY_SHAPE, PATROL_SHAPE } from './shapes.ts';

/** A row of `patrols` in the contract's shape (`PATROL_SHAPE`), without counts. */
export const PatrolRow = Type.Omit(Patrol, [
  'entries_count',
  'present_count',
  'absent_count',
  'unchecked_count',
]);
export type PatrolRow = Static<typeof PatrolRow>;

/** A row of `patrols` with its entries, unordered. */
export const PatrolRowWithEntries = Type.Interface([PatrolRow], {
  entries: Type.Array(StoredEntry),
});
export type PatrolRowWithEntries = Static<typeof PatrolRowWithEntries>;

/**
 * Returns the query of a patrol with its entries after the entries were changed, as JSON. The function sees them; the
 * statement around it does not yet.
 */
export function patrolAsChanged(patrolId: PatrolId) {
  return sql.fragment`
        select row_to_json(changed_patrol) from (
          select
            ${PATROL_SHAPE},
            (
              select coalesce(json_agg(entry), '[]') from (
                select ${ENTRY_SHAPE} from public.entries_of_patrol(patrols.patrol_id)
              ) as entry
            ) as entries
          from public.patrols
          where patrol_id = ${patrolId}
        ) as changed_patrol
      `;
}

type Counts = Omit<Patrol, keyof PatrolRow>;

/** Returns a patrol with its entries in room order, counted, and with the version of both. */
export function patrolOf({ entries, ...row }: PatrolRowWithEntries): StoredPatrol {
  const version = versionOf(row, entries);
  return { ...row, ...countsOf(entries), version, entries: inRoomOrder(entries) };
}

/**
 * Returns the version of a patrol with its entries, as the function `patrol_version` does: when the patrol was changed,
 * how many entries it has and the sum of when they were, in milliseconds. Each change makes one of these more.
 */
function versionOf({ updated_at }: PatrolRow, entries: readonly StoredEntry[]): string {
  const sum = entries.reduce((total, entry) => total + Date.parse(entry.updated_at), 0);
  return `${Date.parse(updated_at)}-${entries.length}-${sum}`;
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
