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

/** The client of auth-service, which knows tokens, users and where they live. All functions throw SERVICE_UNAVAILABLE. */
export interface AuthService {
  /** Returns whose token it is, or null if auth-service does not accept it. */
  validateToken(token: string): Promise<Identity | null>;
  /** Returns every minor student who lives in the entrance, each once, within one deadline. */
  minorsOf(place: Place, options?: CallOptions): Promise<NamedMinor[]>;
  /** Returns the names of all students who live in the entrance, for several callers. */
  namesIn(place: Place): Promise<ReadonlyMap<UserId, string>>;
  /** Returns names and phones of all students who live in the entrance. */
  contactsIn(place: Place, options?: CallOptions): Promise<ReadonlyMap<UserId, Contact>>;
  /** Returns one person, or null if auth-service does not know the user. */
  person(userId: UserId, options?: CallOptions): Promise<Person | null>;
}

export interface NamedMinor extends Minor {
  readonly name: string;
}

/** Name and phone of a person. */
export interface Contact {
  readonly name: string;
  /** "" if auth-service has none. For staff who call; never stored, logged or traced. */
  readonly phone: string;
}

/** The fields of one person that operations use. */
export interface Person extends Contact {
  /** Where they live; building `""` and entrance 0 if auth-service does not know. */
  readonly home: Place;
  /** Whether they are a student under age: only those are patrolled. */
  readonly isMinorStudent: boolean;
}

const MAX_ROOM_LENGTH = 10;

export function createAuthService(channel: Channel): AuthService {
  const { service } = loadProto<ProtoGrpcType>('auth.proto').campus.auth.AuthService;

  const listing =
    (ask: (request: GetUsersRequest) => Promise<UserPage>, { building, entrance }: Place): FetchPage =>
    (page) =>
      ask({ building, entrance, role: 'student', page, size: PAGE_SIZE });

  const contactsIn: AuthService['contactsIn'] = async (place, options) => {
    const contacts = new Map<UserId, Contact>();
    const take = (user: UserInfo) => {
      const userId = readUserId(user.user_id);
      // Unlike a minor, a name may be missing: a record without a user id is skipped.
      if (userId) contacts.set(userId, { name: fullName(user), phone: user.phone });
    };
    await channel.batch(service.GetUsers, (ask) => readListing(listing(ask, place), take), options);
    return contacts;
  };

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

    async minorsOf(place, options) {
      const minors = new Map<UserId, NamedMinor>();
      const people = await channel.batch(
        service.GetUsers,
        (ask) => listAllUsers(listing(ask, place)),
        options,
      );
      // One page that lists a user as a minor here is enough, whatever another page says.
      for (const user of people.filter((one) => isMinorStudent(one) && livesIn(one, place))) {
        const { user_id } = user;
        // A minor with an odd room must still be checked: the room is cut to what the column holds.
        minors.set(user_id, { user_id, room: peerText(user.room, MAX_ROOM_LENGTH), name: fullName(user) });
      }
      return [...minors.values()];
    },

    async namesIn(place) {
      const contacts = await contactsIn(place, { isShared: true });
      return new Map([...contacts].map(([userId, { name }]) => [userId, name]));
    },
    contactsIn,

    async person(userId, options) {
      try {
        const user = await channel.call(service.GetUserInfo, { user_id: userId }, options);
        const { building, entrance } = user;
        return {
          name: fullName(user),
          phone: user.phone,
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

/** Returns "Last first patronymic", the campus's order. */
function fullName({ last_name, first_name, patronymic }: UserInfo): string {
  return [last_name, first_name, patronymic].filter((part) => part !== '').join(' ');
}

/** Whether it is a minor student: auth-service may ignore the filter by role, and list staff and adults. */
function isMinorStudent({ is_minor, roles }: UserInfo): boolean {
  return is_minor && roles.includes('student');
}

function livesIn({ building, entrance }: UserInfo, place: Place): boolean {
  return building.trim() === place.building && entrance === place.entrance;
}
