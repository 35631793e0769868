import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { auditMessage } from '../lib/patrols/messages.ts';
import { AUDITORS } from '../lib/patrols/permissions.ts';
import { AuditTrail, PatrolId } from '../lib/patrols/schemas.ts';

export const readAudit = operation({
  name: 'GetPatrolAudit',
  summary: 'Кто, когда и что изменил в обходе; остаётся и после его удаления',
  roles: AUDITORS,
  input: Type.Object({ patrol_id: PatrolId }),
  output: AuditTrail,
  refusals: ['PATROL_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}/audit', success: 200 },
  grpc: { answer: (_context, trail) => auditMessage(trail) },

  async handle({ audit }, { patrol_id }) {
    return { items: await audit.of(patrol_id) };
  },
});
