import { Check } from 'typebox/schema';
import { PatrolServiceError } from '../errors.ts';
import { UserId } from '../patrols/schemas.ts';
import { type GatewayIdentity, type Identity, isRole } from './caller.ts';

/**
 * Returns the identity that the campus gateway names. Roles that the campus does not know count for nothing.
 * @throws VALIDATION_ERROR if `x-user-id` is no UUID.
 */
export function identityOfGateway({ userId, roles }: GatewayIdentity): Identity {
  const user_id: unknown = userId.trim().toLowerCase();
  if (Check(UserId, user_id)) {
    return {
      user_id,
      roles: roles
        .split(',')
        .map((role) => role.trim())
        .filter(isRole),
    };
  }
  const faults = [{ field: 'x-user-id', message: 'Ожидается UUID' }];
  throw new PatrolServiceError('VALIDATION_ERROR', 'x-user-id is no UUID', { faults });
}
