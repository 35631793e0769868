import type { Place, UserId } from '../campus-types.ts';
import type { IfMatch } from '../entity-tags.ts';
import type { Reach } from './reach.ts';
import type { Role } from './roles.ts';

/** A user and their roles, as auth-service or the trusted gateway names them. */
export interface Identity {
  readonly user_id: UserId;
  readonly roles: readonly Role[];
  /** Where they live, from ValidateToken; undefined if auth-service was not asked. */
  readonly home?: Place;
}

/** A user with their reach. */
export interface ReachingUser extends Pick<Identity, 'user_id' | 'roles'> {
  readonly reach: Reach;
}

/** A caller: a user with their reach, and the version that they expect what they change to have. */
export interface Caller extends ReachingUser {
  readonly ifMatch: IfMatch;
  /** Checks again that the caller may do what they are doing. @throws UNAUTHORIZED, FORBIDDEN, SERVICE_UNAVAILABLE */
  confirm(): Promise<void>;
}

/** What a transport found in a request about its caller. Nothing here has been checked. */
export interface Credentials {
  /** The `Authorization` header or metadata, unchanged. */
  readonly authorization?: string | undefined;
  /** The campus gateway's word about the caller; used only if the configuration trusts it. */
  readonly gateway?: GatewayIdentity | undefined;
}

/** The gateway's `x-user-id` and `x-user-roles` (comma separated), all values unchanged. Only one of each is accepted. */
export interface GatewayIdentity {
  readonly userIds: readonly string[];
  readonly roles: readonly string[];
}
