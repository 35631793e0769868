import Type from 'typebox';
import { PatrolId } from '../lib/campus-types.ts';
import { auditMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { HEADS } from '../lib/patrols/permissions.ts';
import { AuditTrail, RECORD_IDS } from '../lib/patrols/trail-schemas.ts';

/** RPC GetPatrolAudit: reads the audit trail of a patrol. */
export const readAudit = operation({
  name: 'GetPatrolAudit',
  summary: 'Кто, когда и что изменил в обходе; остаётся и после его удаления',
  roles: HEADS,
  input: Type.Object({
    patrol_id: PatrolId,
    after: Type.Optional(Type.Integer({ ...RECORD_IDS, description: 'audit_id, после которого продолжить' })),
  }),
  output: AuditTrail,
  errors: ['PATROL_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}/audit', success: 200, tag: 'oversight' },
  grpc: { response: auditMessage },

  async handle({ audit }, { patrol_id, after = 0 }, { reach }) {
    return { items: await audit.read(reach, patrol_id, after) };
  },
});
