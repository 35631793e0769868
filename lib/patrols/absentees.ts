import type { AbsenceKind, Absentee } from './evening-schemas.ts';
import type { StoredEntry, StoredPatrol } from './schemas.ts';

/** Whom to call first (docs/contract.md, *Words*). */
const ORDER: readonly AbsenceKind[] = ['unexplained', 'overdue', 'explained'];

/** An absentee before auth-service is asked for name and phone. */
export type UnnamedAbsentee = Omit<Absentee, 'user_name' | 'phone'>;

/** Returns who is absent: without a reason first, then whose leave is over, then the others; by room in each. */
export function absenteesOf({ entries }: Pick<StoredPatrol, 'entries'>, now: Date): UnnamedAbsentee[] {
  const absentees = entries
    .filter(({ is_present }) => is_present === false)
    .map((entry) => ({
      patrol_entry_id: entry.patrol_entry_id,
      user_id: entry.user_id,
      room: entry.room,
      kind: kindOf(entry, now),
      absence_reason: entry.absence_reason,
      leave_until: entry.leave_until,
      checked_at: entry.checked_at,
    }));
  return ORDER.flatMap((kind) => absentees.filter((absentee) => absentee.kind === kind));
}

function kindOf({ absence_reason, leave_until }: StoredEntry, now: Date): AbsenceKind {
  if (absence_reason === null) return 'unexplained';
  return leave_until !== null && new Date(leave_until) <= now ? 'overdue' : 'explained';
}
