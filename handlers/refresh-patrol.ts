import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { refreshMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { patrolNotInProgress, preconditionFailed } from '../lib/patrols/errors.ts';
import { PatrolRefreshed } from '../lib/patrols/evening-schemas.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';

/** RPC RefreshPatrol: draws the list up anew during the evening. */
export const refreshPatrol = operation({
  name: 'RefreshPatrol',
  summary: 'Составить список заново: новые жильцы и заявления; отметки людей остаются',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId }),
  output: PatrolRefreshed,
  version: ({ patrol }) => patrol.version,
  errors: ['PATROL_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS', 'PRECONDITION_FAILED'],
  rest: { method: 'POST', path: '/patrols/{patrolId}/refresh', success: 200, tag: 'patrols' },
  grpc: { response: refreshMessage },

  async handle({ patrols, rosters, names }, { patrol_id }, caller) {
    // Where and when it is, the peers have to be told; a patrol that is handed in is not worth asking them.
    const known = await patrols.read(caller.reach, patrol_id);
    if (caller.ifMatch?.includes(known.version) === false) preconditionFailed(known.version);
    if (known.status === 'completed') patrolNotInProgress(patrol_id);
    const roster = await rosters.shared(known);
    const { patrol, changes } = await patrols.refresh(caller, patrol_id, roster);
    return { patrol: await namedPatrol(names, patrol), changes };
  },
});
