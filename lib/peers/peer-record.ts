import { PatrolServiceError } from '../errors.ts';
import type { UserId } from '../patrols/schemas.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Reads the user id of a peer's record.
 * @throws SERVICE_UNAVAILABLE: a record of nobody may be a minor's, and a minor is never dropped in silence (contract.md, *gRPC consumed*).
 */
export function userIdOf(record: { readonly user_id: string }, what: string): UserId {
  const userId = record.user_id.trim().toLowerCase();
  // The pattern is what makes a string a user id.
  if (UUID.test(userId)) return userId as UserId;
  throw new PatrolServiceError(
    'SERVICE_UNAVAILABLE',
    `${what} has no valid user_id: ${JSON.stringify(record.user_id)}`,
  );
}
