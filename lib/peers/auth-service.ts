import type { ProtoGrpcType } from '../../proto/generated/auth.ts';
import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import { type Identity, isRole } from '../identity/caller.ts';
import type { Minor } from '../patrols/entry-list.ts';
import { peerText } from '../patrols/plain-text.ts';
import type { Place, UserId } from '../patrols/schemas.ts';
import { type Call, type CallOptions, type Channel, isNotFound } from './channel.ts';
import { userIdOf } from './peer-record.ts';
import { loadProto } from './proto.ts';
import { type AskForPage, everybody, PAGE_SIZE, readOnce } from './user-listing.ts';

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

const LONGEST_ROOM = 10;

export function createAuthService(channel: Channel): AuthService {
  const { service } = loadProto<ProtoGrpcType>('auth.proto').campus.auth.AuthService;

  const listing =
    (call: Call, { building, entrance }: Place): AskForPage =>
    (page) =>
      call(service.GetUsers, { building, entrance, role: 'student', page, size: PAGE_SIZE });

  return {
    async validateToken(token) {
      const answer = await channel.call(service.ValidateToken, { token }, { isShared: true });
      if (!answer.valid) return null;
      const { building, entrance, roles } = answer;
      return {
        user_id: userIdOf(answer, 'the answer of ValidateToken'),
        roles: roles.filter(isRole),
        home: { building, entrance },
      };
    },

    async minorsOf(place) {
      const people = await channel.together((call) => everybody(listing(call, place)));
      return [...people].flatMap(([user_id, user]) => {
        if (!isMinorStudent(user) || !livesIn(user, place)) return [];
        // A child with an odd room is still a child to be looked for: the room is cut to what the table holds.
        return [{ user_id, room: peerText(user.room, LONGEST_ROOM), name: fullName(user) }];
      });
    },

    async namesIn(place) {
      const names = new Map<UserId, string>();
      await channel.together(
        (call) =>
          readOnce(listing(call, place), (user) =>
            names.set(userIdOf(user, 'a user of GetUsers'), fullName(user)),
          ),
        { isShared: true },
      );
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
  return building === place.building && entrance === place.entrance;
}
