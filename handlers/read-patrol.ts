import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { patrolDetails } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { PatrolWithEntries } from '../lib/patrols/schemas.ts';

/** RPC GetPatrolDetails: reads a patrol with its entries. */
export const readPatrol = operation({
  name: 'GetPatrolDetails',
  summary: 'Обход со списком, по порядку комнат',
  roles: READERS,
  input: Type.Object({ patrol_id: PatrolId }),
  output: PatrolWithEntries,
  version: ({ version }) => version,
  errors: ['PATROL_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}', success: 200, tag: 'patrols' },
  grpc: { response: patrolDetails },

  async handle({ patrols, names }, { patrol_id }, { reach }) {
    return namedPatrol(names, await patrols.read(reach, patrol_id));
  },
});
