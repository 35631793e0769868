import { Check } from 'typebox/schema';
import { PatrolServiceError } from '../errors.ts';
import { UserId } from '../patrols/schemas.ts';
import { type Caller, type GatewayIdentity, isRole } from './caller.ts';

/**
 * Gives the caller that the campus gateway names. Roles that the campus does not know count for nothing.
 * @throws VALIDATION_ERROR if `x-user-id` is no UUID.
 */
export function callerOfGateway({ userId, roles }: GatewayIdentity): Caller {
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
  throw new PatrolServiceError('VALIDATION_ERROR', 'the gateway names nobody', { faults });
}
