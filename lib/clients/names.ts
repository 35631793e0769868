import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Place, UserId } from '../campus-types.ts';
import { singleFlight } from '../single-flight.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { atATime } from './at-a-time.ts';
import type { AuthService } from './auth-service.ts';

/** People's names for responses. They are never stored and never logged. */
export interface Names {
  /**
   * Returns a function that names people; null if auth-service does not know or name them in time.
   * @param place where most of them live: the names of an entrance are requested together.
   * @param withinMs how long the caller waits; a second by default.
   */
  of(
    userIds: readonly UserId[],
    place?: Place,
    withinMs?: number,
  ): Promise<(userId: UserId) => string | null>;
  /** Caches names that were loaded for another purpose. */
  remember(people: Iterable<readonly [UserId, string]>): void;
}

const MAX_CACHED_NAMES = 20_000;
const NAME_LIFETIME_MS = 10 * 60_000;
/** Short: an unknown user may just have been created. */
const UNKNOWN_LIFETIME_MS = 60_000;
/** How long a name that was not available in time is not waited for again. */
const TIMED_OUT_LIFETIME_MS = 10_000;
/** By default the cache reads the clock every millisecond, and sets a timer for it. */
const READ_CLOCK_EVERY_MS = 1000;
/** How long a response waits for names. */
const TIMEOUT_MS = 1000;
/** From this many unknown names on, the whole entrance is requested. */
const MIN_FOR_LISTING = 3;
const CONCURRENCY = 8;

type Directory = Pick<AuthService, 'namesIn' | 'person'>;

export function createNames(directory: Directory, log: Logger, timeoutMs = TIMEOUT_MS): Names {
  // `""` stands for a user without a name.
  const known = new LRUCache<UserId, string>({
    max: MAX_CACHED_NAMES,
    ttl: NAME_LIFETIME_MS,
    ttlResolution: READ_CLOCK_EVERY_MS,
  });

  const remember: Names['remember'] = (people) => {
    for (const [userId, name] of people) known.set(userId, name);
  };
  // Concurrent requests for one list load its entrance once.
  const loadEntrance = singleFlight(
    async ({ building, entrance }: Place) => remember(await directory.namesIn({ building, entrance })),
    { keyOf: ({ building, entrance }) => `${building}/${entrance}` },
  );
  const loadPerson = singleFlight(async (userId: UserId) => {
    const person = await directory.person(userId, { isShared: true });
    known.set(userId, person?.name ?? '', { ttl: person ? NAME_LIFETIME_MS : UNKNOWN_LIFETIME_MS });
  });

  const logFailure = (error: unknown) => log.warn({ err: error }, 'some names could not be loaded');
  const load = async (userIds: readonly UserId[], place?: Place) => {
    const unnamed = () => userIds.filter((userId) => !known.has(userId));
    if (place && unnamed().length >= MIN_FOR_LISTING) {
      // Names that the listing did not return are requested one by one.
      await loadEntrance(place).catch(logFailure);
    }
    await atATime(CONCURRENCY, unnamed(), loadPerson);
  };

  return {
    async of(userIds, place, withinMs = timeoutMs) {
      if (userIds.some((userId) => !known.has(userId))) {
        // Names that arrive later are cached for the next response.
        await waitAtMost(withinMs, load(userIds, place).catch(logFailure));
        // Cached as nameless until the name arrives: nobody waits for it again.
        const missing = userIds.filter((userId) => !known.has(userId));
        for (const userId of missing) known.set(userId, '', { ttl: TIMED_OUT_LIFETIME_MS });
      }
      return (userId) => known.get(userId) || null;
    },
    remember,
  };
}
