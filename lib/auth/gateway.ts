import { Check } from 'typebox/schema';
import { UserId } from '../campus-types.ts';
import { type FieldError, PatrolServiceError } from '../errors.ts';
import type { GatewayIdentity, Identity } from './caller.ts';
import { isRole } from './roles.ts';

/**
 * Returns the identity that the campus gateway names, without unknown roles.
 * @throws VALIDATION_ERROR if `x-user-id` is no UUID, or for repeated metadata: some may be the client's own.
 */
export function identityOfGateway({ userIds, roles }: GatewayIdentity): Identity {
  const several: FieldError[] = [
    ...(userIds.length > 1 ? ['x-user-id'] : []),
    ...(roles.length > 1 ? ['x-user-roles'] : []),
  ].map((field) => ({ field, message: 'Ожидается одно значение' }));
  if (several.length > 0) throw validationError('metadata of the gateway came several times', several);
  const [userId = ''] = userIds;
  const user_id: unknown = userId.trim().toLowerCase();
  if (!Check(UserId, user_id))
    throw validationError('x-user-id is no UUID', [{ field: 'x-user-id', message: 'Ожидается UUID' }]);
  const words = roles.flatMap((list) => list.split(',')).map((role) => role.trim());
  return { user_id, roles: words.filter(isRole) };
}

function validationError(reason: string, fieldErrors: readonly FieldError[]): PatrolServiceError {
  return new PatrolServiceError('VALIDATION_ERROR', reason, { fieldErrors });
}
