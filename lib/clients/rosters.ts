import type { PatrolPlace } from '../campus-types.ts';
import type { Campus } from '../patrols/campus.ts';
import { buildRoster, type Roster } from '../patrols/entry-list.ts';
import { patrolMoment } from '../patrols/evening.ts';
import { singleFlight } from '../single-flight.ts';
import type { ApplicationService } from './application-service.ts';
import type { AuthService } from './auth-service.ts';
import type { CallOptions } from './channel.ts';
import type { Names } from './names.ts';

/** Draws up lists: asks both peers at the same time. All functions throw SERVICE_UNAVAILABLE. */
export interface Rosters {
  /** Returns who is to be checked, for one caller. */
  of(place: PatrolPlace): Promise<Roster>;
  /** Returns the same for several callers at once: those who ask within a second share the answer. */
  shared(place: PatrolPlace): Promise<Roster>;
}

export interface RostersOptions {
  readonly authService: Pick<AuthService, 'minorsOf'>;
  readonly applicationService: ApplicationService;
  readonly names: Pick<Names, 'remember'>;
  readonly campus: Campus;
  readonly clock: () => Date;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
}

/** A call that began longer ago is not joined: a leave may have been approved meanwhile. */
const JOINABLE_MS = 1000;

export function createRosters(options: RostersOptions): Rosters {
  const { authService, applicationService, names, campus, clock, now = () => performance.now() } = options;
  const draw = async ({ date, building, entrance }: PatrolPlace, call?: CallOptions): Promise<Roster> => {
    const place = { building, entrance };
    const moment = patrolMoment(date, clock(), campus);
    const [minors, leaves] = await Promise.all([
      authService.minorsOf(place, call),
      applicationService.leavesAround(moment, place, call),
    ]);
    names.remember(minors.map(({ user_id, name }) => [user_id, name]));
    return buildRoster(minors, leaves, { date, moment, timezone: campus.timezone });
  };
  return {
    of: (place) => draw(place),
    shared: singleFlight((place: PatrolPlace) => draw(place, { isShared: true }), {
      ...{ joinableMs: JOINABLE_MS, now },
      keyOf: ({ date, building, entrance }) => `${date}/${building}/${entrance}`,
    }),
  };
}
