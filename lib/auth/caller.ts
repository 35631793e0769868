import type { Place, UserId } from '../campus-types.ts';
import type { Reach } from './reach.ts';
import type { Role } from './roles.ts';

/** Who calls, as auth-service or the trusted gateway says it. */
export interface Identity {
  readonly user_id: UserId;
  readonly roles: readonly Role[];
  /** Where they live, as ValidateToken says it; undefined as long as auth-service was not asked. */
  readonly home?: Place;
}

/** Who calls, and what they may see of the campus. */
export interface Caller extends Pick<Identity, 'user_id' | 'roles'> {
  readonly reach: Reach;
}

/** What a mount found in a request that may tell who calls; nothing here has been checked. */
export interface Credentials {
  /** The `Authorization` header or metadata as it came. */
  readonly authorization?: string | undefined;
  /** What the campus gateway says of the caller; believed only where the configuration trusts it. */
  readonly gateway?: GatewayIdentity | undefined;
}

/** The gateway's `x-user-id` and `x-user-roles` (comma separated), each value as it came; only one of each may count. */
export interface GatewayIdentity {
  readonly userIds: readonly string[];
  readonly roles: readonly string[];
}
