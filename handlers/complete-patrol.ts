import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { patrolMessage } from '../lib/patrols/messages.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { PatrolId, PatrolWithEntries } from '../lib/patrols/schemas.ts';

export const completePatrol = operation({
  name: 'UpdatePatrol',
  summary: 'Сдать обход: после этого его записи не меняются',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, status: Type.Enum(['completed']) }),
  output: PatrolWithEntries,
  refusals: ['PATROL_NOT_FOUND', 'PATROL_ALREADY_COMPLETED'],
  rest: { method: 'PATCH', path: '/patrols/{patrolId}', success: 200 },
  grpc: { answer: (_context, patrol) => patrolMessage(patrol) },

  async handle({ patrols, patrolMetrics }, { patrol_id }, caller) {
    const patrol = await patrols.complete(patrol_id, caller.user_id);
    patrolMetrics.completed(patrol);
    return patrol;
  },
});
