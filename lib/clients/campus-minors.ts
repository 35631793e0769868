import type { Place } from '../campus-types.ts';
import { entrancesOf } from '../patrols/campus.ts';
import type { Buildings } from '../settings/campus-buildings.ts';
import { singleFlight } from '../single-flight.ts';
import { atATime } from './at-a-time.ts';
import type { AuthService, NamedMinor } from './auth-service.ts';
import type { Names } from './names.ts';

/** A minor, and the entrance that auth-service lists them in. */
export type ResidentMinor = NamedMinor & Place;

/** Every minor of the campus, by auth-service. */
export interface CampusMinors {
  /** Returns all of them, for callers who ask within a second. @throws SERVICE_UNAVAILABLE if one entrance fails. */
  all(): Promise<readonly ResidentMinor[]>;
}

export interface CampusMinorsOptions {
  readonly authService: Pick<AuthService, 'minorsOf'>;
  readonly names: Pick<Names, 'remember'>;
  readonly buildings: Buildings;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
}

/** A listing that began longer ago is not joined: a student may have moved meanwhile. */
const JOINABLE_MS = 1000;
/** How many entrances are listed at a time. */
const CONCURRENCY = 8;

export function createCampusMinors({
  authService,
  names,
  buildings,
  now = () => performance.now(),
}: CampusMinorsOptions): CampusMinors {
  const all = async () => {
    const minors: ResidentMinor[] = [];
    await atATime(CONCURRENCY, entrancesOf(buildings), async ({ building, entrance }) => {
      const listed = await authService.minorsOf({ building, entrance }, { isShared: true });
      minors.push(...listed.map((minor) => ({ ...minor, building, entrance })));
    });
    names.remember(minors.map(({ user_id, name }) => [user_id, name]));
    return minors;
  };
  return { all: singleFlight(all, { joinableMs: JOINABLE_MS, now }) };
}
