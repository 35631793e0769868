import Type from 'typebox';
import { PatrolEntryId, PatrolId } from '../lib/campus-types.ts';
import { entryMessage, markInput } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { markOf, withoutIgnoredReason } from '../lib/patrols/marks.ts';
import { namedEntry } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { markFields, PatrolEntry } from '../lib/patrols/schemas.ts';

/** RPC UpdatePatrolEntry: marks one student. */
export const markEntry = operation({
  name: 'UpdatePatrolEntry',
  summary: 'Отметить студента: на месте, отсутствует (и почему, если известно) или не проверен',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, patrol_entry_id: PatrolEntryId, ...markFields }),
  // 2,000 characters, each up to twelve bytes in JSON.
  maxInputBytes: 32 * 1024,
  prepare: withoutIgnoredReason,
  output: PatrolEntry,
  version: ({ updated_at }) => updated_at,
  errors: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND', 'PATROL_NOT_IN_PROGRESS', 'PRECONDITION_FAILED'],
  rest: { method: 'PATCH', path: '/patrols/{patrolId}/{patrolEntryId}', success: 200, tag: 'entries' },
  grpc: { input: markInput, response: entryMessage },

  async handle({ entries, names, patrolMetrics }, input, caller) {
    const entry = await entries.mark(caller, input.patrol_id, input.patrol_entry_id, markOf(input));
    patrolMetrics.marked(entry.is_present);
    return namedEntry(names, entry);
  },
});
