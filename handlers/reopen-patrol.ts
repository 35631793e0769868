import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { patrolDetails } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { ReopenReason } from '../lib/patrols/evening-schemas.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { HEADS } from '../lib/patrols/permissions.ts';
import { PatrolWithEntries } from '../lib/patrols/schemas.ts';

/** RPC ReopenPatrol: opens a patrol that was handed in. */
export const reopenPatrol = operation({
  name: 'ReopenPatrol',
  summary: 'Открыть сданный обход, чтобы исправить его; причина остаётся в истории',
  roles: HEADS,
  input: Type.Object({ patrol_id: PatrolId, reason: ReopenReason }),
  // 2,000 characters, each up to twelve bytes in JSON.
  maxInputBytes: 32 * 1024,
  output: PatrolWithEntries,
  version: ({ version }) => version,
  errors: ['PATROL_NOT_FOUND', 'PATROL_NOT_COMPLETED', 'PRECONDITION_FAILED'],
  rest: { method: 'POST', path: '/patrols/{patrolId}/reopen', success: 200, tag: 'patrols' },
  grpc: { response: patrolDetails },

  async handle({ patrols, names, patrolMetrics }, { patrol_id, reason }, caller) {
    const patrol = await patrols.reopen(caller, patrol_id, reason);
    patrolMetrics.reopened(patrol);
    return namedPatrol(names, patrol);
  },
});
