import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { deletedMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { deletableBy, PATROLLERS } from '../lib/patrols/permissions.ts';

export const deletePatrol = operation({
  name: 'DeletePatrol',
  summary: 'Удалить обход, начатый по ошибке, вместе с записями',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId }),
  output: Type.Null(),
  errors: ['PATROL_NOT_FOUND', 'PRECONDITION_FAILED'],
  rest: { method: 'DELETE', path: '/patrols/{patrolId}', success: 204, tag: 'patrols' },
  grpc: { response: deletedMessage },

  async handle({ patrols }, { patrol_id }, caller) {
    await patrols.delete(caller, patrol_id, deletableBy(caller));
    return null;
  },
});
