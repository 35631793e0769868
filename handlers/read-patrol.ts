import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { patrolDetails } from '../lib/patrols/messages.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { PatrolId, PatrolWithEntries } from '../lib/patrols/schemas.ts';

export const readPatrol = operation({
  name: 'GetPatrolDetails',
  summary: 'Обход со списком, по порядку комнат',
  roles: READERS,
  input: Type.Object({ patrol_id: PatrolId }),
  output: PatrolWithEntries,
  refusals: ['PATROL_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}', success: 200 },
  grpc: { answer: patrolDetails },

  handle({ patrols }, { patrol_id }) {
    return patrols.read(patrol_id);
  },
});
