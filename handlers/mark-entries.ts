import Type from 'typebox';
import { PatrolEntryId, PatrolId } from '../lib/campus-types.ts';
import { marksInput, patrolDetails } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { fieldErrorsOfMarks, MAX_MARKS, markOf, withoutIgnoredReasons } from '../lib/patrols/marks.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { markFields, PatrolWithEntries } from '../lib/patrols/schemas.ts';

const Marks = Type.Array(
  Type.Object(
    { patrol_entry_id: PatrolEntryId, ...markFields },
    { additionalProperties: false, title: 'Mark', description: 'Отметка одного студента' },
  ),
  { minItems: 1, maxItems: MAX_MARKS, description: 'Отметки; одна запись — не больше одного раза' },
);

/** RPC MarkPatrolEntries: marks several students, all or none. */
export const markEntries = operation({
  name: 'MarkPatrolEntries',
  summary: 'Отметить сразу нескольких: комнату или всех оставшихся; все отметки или ни одной',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, marks: Marks }),
  maxInputBytes: 1024 * 1024,
  prepare: withoutIgnoredReasons,
  fieldErrorsBetween: fieldErrorsOfMarks,
  output: PatrolWithEntries,
  version: ({ version }) => version,
  errors: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS', 'PRECONDITION_FAILED'],
  rest: { method: 'PATCH', path: '/patrols/{patrolId}/entries', success: 200, tag: 'entries' },
  grpc: { input: marksInput, response: patrolDetails },

  async handle({ entries, names, patrolMetrics }, { patrol_id, marks }, caller) {
    const taken = marks.map((mark) => ({ patrol_entry_id: mark.patrol_entry_id, ...markOf(mark) }));
    const patrol = await entries.markSeveral(caller, patrol_id, taken);
    for (const { is_present } of taken) patrolMetrics.marked(is_present);
    return namedPatrol(names, patrol);
  },
});
