import type { CampusDate, UserId } from '../campus-types.ts';
import { absenceReasonOf, covers, type Leave } from './leaves.ts';

/** A minor of the entrance, as auth-service lists them. */
export interface Minor {
  readonly user_id: UserId;
  readonly room: string;
}

/** A patrol's entry at its start: to be checked (`null`), or absent on a leave that covers the moment. */
export interface NewEntry extends Minor {
  readonly is_present: false | null;
  readonly absence_reason: string | null;
  readonly leave_until: Date | null;
}

/** Returns a patrol's entries, one for each minor. Of several covering leaves the one that ends last counts. */
export function buildEntries(
  minors: readonly Minor[],
  leaves: readonly Leave[],
  when: { readonly date: CampusDate; readonly moment: Date; readonly timezone: string },
): NewEntry[] {
  const longest = new Map<UserId, Leave>();
  for (const leave of leaves) {
    const known = longest.get(leave.user_id);
    if (covers(leave, when.moment) && (!known || known.return_time < leave.return_time)) {
      longest.set(leave.user_id, leave);
    }
  }
  return minors.map(({ user_id, room }) => {
    const leave = longest.get(user_id);
    if (!leave) return { user_id, room, is_present: null, absence_reason: null, leave_until: null };
    const absence_reason = absenceReasonOf(leave, when.date, when.timezone);
    return { user_id, room, is_present: false, absence_reason, leave_until: leave.return_time };
  });
}
