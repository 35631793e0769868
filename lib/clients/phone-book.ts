import type { Logger } from 'pino';
import type { Place, UserId } from '../campus-types.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { atATime } from './at-a-time.ts';
import type { AuthService, Contact } from './auth-service.ts';

/** What staff call somebody by; null if auth-service does not know or say it in time. */
export interface NameAndPhone {
  readonly user_name: string | null;
  readonly phone: string | null;
}

/** Names and phones of absentees. They are asked for each time, and kept nowhere. */
export interface PhoneBook {
  /** Returns a function that says how to reach people. @param place where most of them live. */
  of(userIds: readonly UserId[], place: Place): Promise<(userId: UserId) => NameAndPhone>;
}

type Directory = Pick<AuthService, 'contactsIn' | 'person'>;

/** How long a response waits. Longer than for names: whom to call is what is asked for. */
const TIMEOUT_MS = 2500;
/** From this many people on, the whole entrance is requested at once. */
const MIN_FOR_LISTING = 3;
const CONCURRENCY = 8;

export function createPhoneBook(
  directory: Directory,
  log: Pick<Logger, 'warn'>,
  timeoutMs = TIMEOUT_MS,
): PhoneBook {
  const logFailure = (error: unknown) => log.warn({ err: error }, 'some phones could not be loaded');
  return {
    async of(userIds, place) {
      const known = new Map<UserId, Contact>();
      const load = async () => {
        if (userIds.length >= MIN_FOR_LISTING) {
          const listed = await directory.contactsIn(place).catch(logFailure);
          for (const [userId, contact] of listed ?? []) known.set(userId, contact);
        }
        // Whom the listing did not name is requested one by one.
        const unknown = userIds.filter((userId) => !known.has(userId));
        await atATime(CONCURRENCY, unknown, async (userId) => {
          const person = await directory.person(userId);
          if (person) known.set(userId, person);
        });
      };
      if (userIds.length > 0) await waitAtMost(timeoutMs, load().catch(logFailure));
      return (userId) => {
        const { name = '', phone = '' } = known.get(userId) ?? {};
        return { user_name: name || null, phone: phone || null };
      };
    },
  };
}
