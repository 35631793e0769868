import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { faultsOfMark, markOf } from '../lib/patrols/marks.ts';
import { entryMessage } from '../lib/patrols/messages.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { AbsenceReason, nullable, PatrolEntry, PatrolEntryId, PatrolId } from '../lib/patrols/schemas.ts';

export const markEntry = operation({
  name: 'UpdatePatrolEntry',
  summary: 'Отметить студента: на месте, или отсутствует и почему',
  roles: PATROLLERS,
  input: Type.Object({
    patrol_id: PatrolId,
    patrol_entry_id: PatrolEntryId,
    is_present: Type.Boolean(),
    absence_reason: Type.Optional(nullable(AbsenceReason)),
  }),
  faultsBetween: faultsOfMark,
  output: PatrolEntry,
  refusals: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS'],
  rest: { method: 'PATCH', path: '/patrols/{patrolId}/{patrolEntryId}', success: 200 },
  grpc: { answer: entryMessage },

  async handle({ entries, patrolMetrics }, { patrol_id, patrol_entry_id, ...mark }, caller) {
    const entry = await entries.mark(patrol_id, patrol_entry_id, markOf(mark), caller.user_id);
    patrolMetrics.marked(mark.is_present);
    return entry;
  },
});
