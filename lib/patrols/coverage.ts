import type { CampusDate, PatrolId, Place, UserId } from '../campus-types.ts';
import { isAt } from './campus.ts';
import type { Coverage, ListedPatrol } from './evening-schemas.ts';
import { inRoomOrder } from './room-order.ts';

/** A minor of the campus, where auth-service lists them. */
export interface CoveredMinor extends Place {
  readonly user_id: UserId;
  readonly room: string;
  readonly name: string;
}

export interface CoverageInput {
  readonly date: CampusDate;
  /** Every entrance of the campus. */
  readonly places: readonly Place[];
  readonly minors: readonly CoveredMinor[];
  /** The patrols of the date, each with the students on its list. */
  readonly patrols: readonly ListedPatrol[];
}

/** Returns who is on which list (docs/contract.md, *Coverage*): entrances without patrol, minors on no list or several. */
export function coverageOf({ date, places, minors, patrols }: CoverageInput): Coverage {
  const listsOf = new Map<UserId, PatrolId[]>();
  for (const { patrol_id, user_ids } of patrols) {
    for (const userId of user_ids) listsOf.set(userId, [...(listsOf.get(userId) ?? []), patrol_id]);
  }
  const nameOf = new Map(minors.map(({ user_id, name }) => [user_id, name]));
  // Each once, although a student may be listed in two entrances while they move.
  const known = new Set<UserId>();
  const unlisted = minors.filter(
    ({ user_id }) => !listsOf.has(user_id) && !known.has(user_id) && known.add(user_id),
  );
  return {
    date,
    places: [...places, ...elsewhere(patrols, places)].map((place) => placeOf(place, minors, patrols)),
    on_no_list: places.flatMap((place) =>
      inRoomOrder(unlisted.filter((minor) => isAt(minor, place))).map(
        ({ user_id, name, building, entrance, room }) => ({
          ...{ user_id, user_name: name || null, building, entrance, room },
        }),
      ),
    ),
    on_several_lists: [...listsOf]
      .filter(([, lists]) => lists.length > 1)
      .map(([user_id, patrol_ids]) => ({ user_id, user_name: nameOf.get(user_id) || null, patrol_ids })),
  };
}

/** Returns the places of patrols that the campus no longer has: their lists count all the same. */
function elsewhere(patrols: readonly ListedPatrol[], places: readonly Place[]): Place[] {
  return patrols.filter((patrol) => !places.some((place) => isAt(patrol, place)));
}

function placeOf(
  place: Place,
  minors: readonly CoveredMinor[],
  patrols: readonly ListedPatrol[],
): Coverage['places'][number] {
  const patrol = patrols.find((one) => isAt(one, place));
  return {
    building: place.building,
    entrance: place.entrance,
    minors: minors.filter((minor) => isAt(minor, place)).length,
    patrol_id: patrol?.patrol_id ?? null,
    status: patrol?.status ?? null,
    entries_count: patrol?.entries_count ?? null,
    present_count: patrol?.present_count ?? null,
    absent_count: patrol?.absent_count ?? null,
    unchecked_count: patrol?.unchecked_count ?? null,
  };
}
