import type { CampusDate, UserId } from '../campus-types.ts';
import { absenceReasonOf, covers, type Leave } from './leaves.ts';

/** A minor of the entrance, as auth-service lists them. */
export interface Minor {
  readonly user_id: UserId;
  readonly room: string;
}

/** A leave that covers the moment, as an entry tells of it. */
export interface Excuse {
  readonly absence_reason: string;
  readonly leave_until: Date;
}

/** A patrol's entry at its start: to be checked (`null`), or absent on a leave that covers the moment. */
export interface NewEntry extends Minor {
  readonly is_present: false | null;
  readonly absence_reason: string | null;
  readonly leave_until: Date | null;
}

/** Who is to be checked in an entrance, and who is excused, as both peers know it now. */
export interface Roster {
  /** One entry for each minor of the entrance. */
  readonly entries: readonly NewEntry[];
  /** The excuses of everybody who holds a covering leave, also of students who do not live there. */
  readonly excuses: ReadonlyMap<UserId, Excuse>;
}

/** The evening and the moment that leaves have to cover. */
export interface When {
  readonly date: CampusDate;
  readonly moment: Date;
  readonly timezone: string;
}

/** Returns the roster of these minors and leaves. */
export function buildRoster(minors: readonly Minor[], leaves: readonly Leave[], when: When): Roster {
  const excuses = excusesOf(leaves, when);
  const entries = minors.map(({ user_id, room }): NewEntry => {
    const excuse = excuses.get(user_id);
    if (!excuse) return { user_id, room, is_present: null, absence_reason: null, leave_until: null };
    return { user_id, room, is_present: false, ...excuse };
  });
  return { entries, excuses };
}

/** Returns who holds a leave that covers the moment. Of several the one that ends last counts. */
function excusesOf(leaves: readonly Leave[], { date, moment, timezone }: When): Map<UserId, Excuse> {
  const longest = new Map<UserId, Leave>();
  for (const leave of leaves) {
    const known = longest.get(leave.user_id);
    if (covers(leave, moment) && (!known || known.return_time < leave.return_time)) {
      longest.set(leave.user_id, leave);
    }
  }
  return new Map(
    [...longest].map(([userId, leave]) => [
      userId,
      { absence_reason: absenceReasonOf(leave, date, timezone), leave_until: leave.return_time },
    ]),
  );
}
