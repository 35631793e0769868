import type { ProtoGrpcType } from '../../proto/generated/auth.ts';
import type { GetUsersRequest } from '../../proto/generated/campus/auth/GetUsersRequest.ts';
import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import type { Identity } from '../auth/caller.ts';
import { isRole } from '../auth/roles.ts';
import type { Place, UserId } from '../campus-types.ts';
import type { Minor } from '../patrols/entry-list.ts';
import { peerText } from '../patrols/plain-text.ts';
import { loadProto } from '../proto.ts';
import { type CallOptions, type Channel, isNotFound } from './channel.ts';
import { readUserId, userIdOf } from './peer-record.ts';
import { type FetchPage, listAllUsers, PAGE_SIZE, readListing, type UserPage } from './user-listing.ts';

/** auth-service: who a token belongs to, and who lives where. All functions raise SERVICE_UNAVAILABLE. */
export interface AuthService {
  /** Returns who the token belongs to, or null if auth-service does not accept it. */
  validateToken(token: string): Promise<Identity | null>;
  /** Returns every minor student who lives in the entrance, each once, inside one deadline. */
  minorsOf(place: Place): Promise<NamedMinor[]>;
  /** Returns the names of everybody who lives in the entrance. */
  namesIn(place: Place): Promise<ReadonlyMap<UserId, string>>;
  /** Returns one person, or null if auth-service knows no such user. */
  person(userId: UserId, options?: CallOptions): Promise<Person | null>;
}

export interface NamedMinor extends Minor {
  readonly name: string;
}

/** What is asked of one person. */
export interface Person {
  readonly name: string;
  /** Where they live; building `""` and entrance 0 where auth-service knows of none. */
  readonly home: Place;
  /** A student under age: the only ones whom a patrol is about. */
  readonly isMinorStudent: boolean;
}

const MAX_ROOM_LENGTH = 10;

export function createAuthService(channel: Channel): AuthService {
  const { service } = loadProto<ProtoGrpcType>('auth.proto').campus.auth.AuthService;

  const listing =
    (ask: (request: GetUsersRequest) => Promise<UserPage>, { building, entrance }: Place): FetchPage =>
    (page) =>
      ask({ building, entrance, role: 'student', page, size: PAGE_SIZE });

  return {
    async validateToken(token) {
      const response = await channel.call(service.ValidateToken, { token }, { isShared: true });
      if (!response.valid) return null;
      const { building, entrance, roles } = response;
      return {
        user_id: userIdOf(response, 'the answer of ValidateToken'),
        roles: roles.filter(isRole),
        home: { building, entrance },
      };
    },

    async minorsOf(place) {
      const minors = new Map<UserId, NamedMinor>();
      const people = await channel.batch(service.GetUsers, (ask) => listAllUsers(listing(ask, place)));
      // Whom one page has as a minor of this place is one, whatever another page says.
      for (const user of people.filter((one) => isMinorStudent(one) && livesIn(one, place))) {
        const { user_id } = user;
        // A child with an odd room is still a child to be looked for: the room is cut to what the table holds.
        minors.set(user_id, { user_id, room: peerText(user.room, MAX_ROOM_LENGTH), name: fullName(user) });
      }
      return [...minors.values()];
    },

    async namesIn(place) {
      const names = new Map<UserId, string>();
      const take = (user: UserInfo) => {
        const userId = readUserId(user.user_id);
        // A name is missed by somebody who looks, and not a child by those who search: the others are named all the same.
        if (userId) names.set(userId, fullName(user));
      };
      await channel.batch(service.GetUsers, (ask) => readListing(listing(ask, place), take), {
        isShared: true,
      });
      return names;
    },

    async person(userId, options) {
      try {
        const user = await channel.call(service.GetUserInfo, { user_id: userId }, options);
        const { building, entrance } = user;
        return {
          name: fullName(user),
          home: { building, entrance },
          isMinorStudent: isMinorStudent(user),
        };
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
  };
}

/** "Last first patronymic", as the campus writes people. */
function fullName({ last_name, first_name, patronymic }: UserInfo): string {
  return [last_name, first_name, patronymic].filter((part) => part !== '').join(' ');
}

/** auth-service may ignore the filter by role, and list staff and adults. */
function isMinorStudent({ is_minor, roles }: UserInfo): boolean {
  return is_minor && roles.includes('student');
}

function livesIn({ building, entrance }: UserInfo, place: Place): boolean {
  return building.trim() === place.building && entrance === place.entrance;
}
