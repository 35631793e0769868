import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { entryMessage } from '../lib/patrols/messages.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { PatrolEntry, PatrolId, Room, UserId } from '../lib/patrols/schemas.ts';

/** auth-service is not asked about the student: one is added by hand exactly when its data is out of date. */
export const addEntry = operation({
  name: 'AddPatrolEntry',
  summary: 'Добавить студента, которого нет в списке (данные устарели)',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, user_id: UserId, room: Room }),
  output: PatrolEntry,
  refusals: ['PATROL_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS', 'PATROL_ENTRY_ALREADY_EXISTS'],
  rest: {
    method: 'POST',
    path: '/patrols/{patrolId}',
    success: 201,
    location: ({ patrol_id, patrol_entry_id }) => `/patrols/${patrol_id}/${patrol_entry_id}`,
  },
  grpc: { answer: entryMessage },

  handle({ entries }, { patrol_id, ...student }, caller) {
    return entries.add(patrol_id, student, caller.user_id);
  },
});
