import type { PatrolEntryId, PatrolId, UserId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { inRoomOrder } from './room-order.ts';
import type { StoredEntry, StoredPatrol } from './schemas.ts';

/** Throws PATROL_NOT_FOUND: the patrol does not exist, or is beyond the caller's reach. */
export function patrolNotFound(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_FOUND', `no patrol ${patrolId} within reach`);
}

/** Throws PATROL_ENTRY_NOT_FOUND. */
export function entryNotFound(patrolId: PatrolId, entryId: PatrolEntryId): never {
  throw new PatrolServiceError('PATROL_ENTRY_NOT_FOUND', `no entry ${entryId} in patrol ${patrolId}`);
}

/** Throws PATROL_NOT_IN_PROGRESS. */
export function patrolNotInProgress(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_NOT_IN_PROGRESS', `patrol ${patrolId} is completed`);
}

/** Throws PRECONDITION_FAILED. @param version the present one. */
export function preconditionFailed(version: string | null): never {
  throw new PatrolServiceError('PRECONDITION_FAILED', 'If-Match names another version', { version });
}

/** Throws PATROL_ENTRY_ALREADY_EXISTS. */
export function entryAlreadyExists(patrolId: PatrolId): never {
  throw new PatrolServiceError('PATROL_ENTRY_ALREADY_EXISTS', `the student is in patrol ${patrolId} already`);
}

/**
 * Throws VALIDATION_ERROR of `user_id`, or the patrol's own error first. @param isKnown whether auth-service knows
 * them.
 */
export function studentNotPatrolled(patrol: StoredPatrol, userId: UserId, isKnown: boolean): never {
  const { patrol_id, status, entries } = patrol;
  if (status === 'completed') patrolNotInProgress(patrol_id);
  if (entries.some(({ user_id }) => user_id === userId)) entryAlreadyExists(patrol_id);
  const message = isKnown ? 'Это не несовершеннолетний студент, его не проверяют' : 'Такого студента нет';
  const fieldErrors = [{ field: 'user_id', message }];
  const reason = isKnown ? 'user_id is no minor student' : 'user_id is unknown to auth-service';
  throw new PatrolServiceError('VALIDATION_ERROR', reason, { fieldErrors });
}

/** Throws PATROL_HAS_UNCHECKED with a field error for each unchecked room, in room order. */
export function patrolHasUnchecked(patrolId: PatrolId, entries: readonly StoredEntry[]): never {
  const unchecked = inRoomOrder(entries.filter(({ is_present }) => is_present === null));
  const fieldErrors = [...Map.groupBy(unchecked, ({ room }) => room)].map(([room, left]) => ({
    field: room,
    message: `Не проверено: ${left.length}`,
  }));
  const reason = `patrol ${patrolId} has ${unchecked.length} unchecked entries`;
  throw new PatrolServiceError('PATROL_HAS_UNCHECKED', reason, { fieldErrors });
}
