import Type from 'typebox';
import { PatrolEntryId, PatrolId } from '../lib/campus-types.ts';
import { deletedMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';

/** RPC DeletePatrolEntry: removes an entry. */
export const removeEntry = operation({
  name: 'DeletePatrolEntry',
  summary: 'Убрать запись, которой не должно быть в списке',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, patrol_entry_id: PatrolEntryId }),
  output: Type.Null(),
  errors: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS', 'PRECONDITION_FAILED'],
  rest: { method: 'DELETE', path: '/patrols/{patrolId}/{patrolEntryId}', success: 204, tag: 'entries' },
  grpc: { response: deletedMessage },

  async handle({ entries }, { patrol_id, patrol_entry_id }, caller) {
    await entries.remove(caller, patrol_id, patrol_entry_id);
    return null;
  },
});
