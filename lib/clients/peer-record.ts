import { isUuid, type UserId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';

/** Returns the user id in a text, or null if it is none. */
export function readUserId(text: string): UserId | null {
  const userId = text.trim().toLowerCase();
  // A user id is any UUID in small letters.
  return isUuid(userId) ? (userId as UserId) : null;
}

/**
 * Returns the user id of a peer's record.
 * @throws SERVICE_UNAVAILABLE if there is none: no minor is dropped silently (docs/contract.md, *gRPC consumed*).
 */
export function userIdOf(record: { readonly user_id: string }, what: string): UserId {
  const userId = readUserId(record.user_id);
  if (userId) return userId;
  // Without the value: it may be a name.
  const instead = record.user_id.trim() === '' ? 'empty' : 'no UUID';
  throw new PatrolServiceError('SERVICE_UNAVAILABLE', `${what} has no valid user_id: it is ${instead}`);
}
