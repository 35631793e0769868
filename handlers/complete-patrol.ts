import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { patrolDetails } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { PatrolWithEntries } from '../lib/patrols/schemas.ts';

/** RPC UpdatePatrol: hands a patrol in. */
export const completePatrol = operation({
  name: 'UpdatePatrol',
  summary: 'Сдать обход: после этого его записи не меняются',
  roles: PATROLLERS,
  input: Type.Object({
    patrol_id: PatrolId,
    status: Type.Enum(['completed'], { description: 'Сдать обход' }),
  }),
  output: PatrolWithEntries,
  version: ({ version }) => version,
  errors: ['PATROL_NOT_FOUND', 'PATROL_ALREADY_COMPLETED', 'PATROL_HAS_UNCHECKED', 'PRECONDITION_FAILED'],
  rest: { method: 'PATCH', path: '/patrols/{patrolId}', success: 200, tag: 'patrols' },
  grpc: { response: patrolDetails },

  async handle({ patrols, names, patrolMetrics, handInUnchecked }, { patrol_id }, caller) {
    const patrol = await patrols.complete(caller, patrol_id, handInUnchecked);
    patrolMetrics.completed(patrol);
    return namedPatrol(names, patrol);
  },
});
