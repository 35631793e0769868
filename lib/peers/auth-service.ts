import type { ProtoGrpcType } from '../../proto/generated/auth.ts';
import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import { PatrolServiceError } from '../errors.ts';
import { type Caller, isRole } from '../identity/caller.ts';
import type { Minor } from '../patrols/entry-list.ts';
import type { PatrolPlace, UserId } from '../patrols/schemas.ts';
import { type Channel, isNotFound } from './channel.ts';
import { userIdOf } from './peer-record.ts';
import { loadProto } from './proto.ts';

/** auth-service: who a token belongs to, and who lives where. All functions raise SERVICE_UNAVAILABLE. */
export interface AuthService {
  /** Gives who the token belongs to, or null if auth-service does not accept it. */
  validateToken(token: string): Promise<Caller | null>;
  /** Gives every minor student who lives in the entrance, each once. */
  minorsOf(place: Entrance): Promise<Minor[]>;
  /** Gives the names of everybody who lives in the entrance. */
  namesIn(place: Entrance): Promise<ReadonlyMap<UserId, string>>;
  /** Gives one person's name, or null if auth-service knows no such user. */
  nameOf(userId: UserId): Promise<string | null>;
}

export type Entrance = Pick<PatrolPlace, 'building' | 'entrance'>;

const PAGE_SIZE = 100;
/** More pages than any entrance has: a peer that never comes to an end must not keep us asking. */
const MOST_PAGES = 1000;
/** How often a listing is read again that changed while it was being read. */
const MOST_READINGS = 3;
const LONGEST_ROOM = 10;

export function createAuthService(channel: Channel): AuthService {
  const { service } = loadProto<ProtoGrpcType>('auth.proto').campus.auth.AuthService;

  const page = (place: Entrance, number: number) => {
    const { building, entrance } = place;
    return channel.call(service.GetUsers, {
      building,
      entrance,
      role: 'student',
      page: number,
      size: PAGE_SIZE,
    });
  };

  return {
    async validateToken(token) {
      const answer = await channel.call(service.ValidateToken, { token }, { isShared: true });
      if (!answer.valid) return null;
      return { user_id: userIdOf(answer, 'the answer of ValidateToken'), roles: answer.roles.filter(isRole) };
    },

    async minorsOf(place) {
      const minors = new Map<UserId, Minor>();
      for (let reading = 1, settled = false; !settled && reading <= MOST_READINGS; reading += 1) {
        settled = await readToTheEnd(
          (number) => page(place, number),
          (user) => {
            const minor = minorOf(user, place);
            if (minor) minors.set(minor.user_id, minor);
          },
        );
      }
      return [...minors.values()];
    },

    async namesIn(place) {
      const names = new Map<UserId, string>();
      await readToTheEnd(
        (number) => page(place, number),
        (user) => names.set(userIdOf(user, 'a user of GetUsers'), fullName(user)),
      );
      return names;
    },

    async nameOf(userId) {
      try {
        return fullName(await channel.call(service.GetUserInfo, { user_id: userId }));
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
  };
}

interface UserPage {
  readonly users: readonly UserInfo[];
  readonly total: number;
  readonly pages: number;
}

/**
 * Hands every user of a listing to `take`, page after page. Pages are not a snapshot: `pages` is read anew from each,
 * and a full page is never taken for the last. Gives false if `total` moved meanwhile, for then somebody may have
 * slipped from a page not yet read to one already read.
 */
async function readToTheEnd(ask: (page: number) => Promise<UserPage>, take: (user: UserInfo) => void) {
  const totals = new Set<number>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await ask(page);
    answer.users.forEach(take);
    totals.add(answer.total);
    if (page >= answer.pages && answer.users.length < PAGE_SIZE) return totals.size === 1;
  }
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `auth-service lists users without end (${MOST_PAGES} pages)`,
  );
}

/** "Last first patronymic", as the campus writes people. */
function fullName({ last_name, first_name, patronymic }: UserInfo): string {
  return [last_name, first_name, patronymic].filter((part) => part !== '').join(' ');
}

/** Gives the minor to be patrolled in this place, or null: auth-service may ignore filters and list staff and adults. */
function minorOf(user: UserInfo, place: Entrance): Minor | null {
  const user_id = userIdOf(user, 'a user of GetUsers');
  const isPatrolled = user.is_minor && user.roles.includes('student');
  const livesHere = user.building === place.building && user.entrance === place.entrance;
  if (!isPatrolled || !livesHere) return null;
  // A child with an odd room is still a child to be looked for: the room is cut to what the table holds.
  const room = Array.from(user.room.replaceAll('\0', '').trim()).slice(0, LONGEST_ROOM).join('');
  return { user_id, room };
}
