import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { UserId } from '../patrols/schemas.ts';
import type { AuthService, Entrance } from './auth-service.ts';

/** People's names, for answers that say who somebody is. */
export interface Names {
  /**
   * Gives the names of people, `""` for whomever auth-service does not know or cannot name in time: what an answer is
   * about has been done by then, and does not fail for want of a name. Those of an entrance are asked for together.
   */
  of(userIds: readonly UserId[], entrance?: Entrance): Promise<(userId: UserId) => string>;
}

const REMEMBERED_NAMES = 20_000;
const NAME_LIFETIME_MS = 10 * 60_000;
/** Somebody unknown may just have been entered. */
const UNKNOWN_LIFETIME_MS = 60_000;
/** How long an answer waits for names. */
const PATIENCE_MS = 1000;
/** From how many unnamed people on an entrance is asked for as a whole. */
const WORTH_A_LISTING = 3;
const AT_ONCE = 8;

type Directory = Pick<AuthService, 'namesIn' | 'nameOf'>;

export function createNames(directory: Directory, log: Logger, patienceMs = PATIENCE_MS): Names {
  const known = new LRUCache<UserId, string>({ max: REMEMBERED_NAMES, ttl: NAME_LIFETIME_MS });

  const learn = async (userIds: readonly UserId[], entrance?: Entrance) => {
    const unnamed = () => userIds.filter((userId) => !known.has(userId));
    if (entrance && unnamed().length >= WORTH_A_LISTING) {
      for (const [userId, name] of await directory.namesIn(entrance)) known.set(userId, name);
    }
    const waiting = unnamed();
    const askOneByOne = async () => {
      for (let userId = waiting.pop(); userId; userId = waiting.pop()) {
        const name = await directory.nameOf(userId);
        known.set(userId, name ?? '', { ttl: name === null ? UNKNOWN_LIFETIME_MS : NAME_LIFETIME_MS });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
  };

  return {
    async of(userIds, entrance) {
      if (userIds.some((userId) => !known.has(userId))) {
        const learning = learn(userIds, entrance).catch((error: unknown) =>
          log.warn({ err: error }, 'some names could not be learnt'),
        );
        await withinPatience(learning, patienceMs);
      }
      return (userId) => known.get(userId) ?? '';
    },
  };
}

async function withinPatience(learning: Promise<unknown>, patienceMs: number): Promise<void> {
  const { promise: patience, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  // What is learnt later is there for the next answer.
  await Promise.race([learning, patience]);
  clearTimeout(timer);
}
