import Type from 'typebox';
import { PatrolId, UserId } from '../lib/campus-types.ts';
import { entryMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { studentNotPatrolled } from '../lib/patrols/errors.ts';
import { namedEntry } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { described, PatrolEntry, Room } from '../lib/patrols/schemas.ts';

/** RPC AddPatrolEntry: adds a student who is missing from the list. */
export const addEntry = operation({
  name: 'AddPatrolEntry',
  summary: 'Добавить студента, которого нет в списке (данные устарели)',
  roles: PATROLLERS,
  input: Type.Object({ patrol_id: PatrolId, user_id: described(UserId, 'Студент'), room: Room }),
  output: PatrolEntry,
  version: ({ updated_at }) => updated_at,
  errors: [
    'PATROL_NOT_FOUND',
    'PATROL_NOT_IN_PROGRESS',
    'PATROL_ENTRY_ALREADY_EXISTS',
    'PRECONDITION_FAILED',
  ],
  rest: {
    method: 'POST',
    path: '/patrols/{patrolId}',
    success: 201,
    tag: 'entries',
    location: ({ patrol_id, patrol_entry_id }) => `/patrols/${patrol_id}/${patrol_entry_id}`,
  },
  grpc: { response: entryMessage },

  async handle({ authService, patrols, entries, names }, { patrol_id, ...student }, caller) {
    const person = await authService.person(student.user_id);
    if (!person?.isMinorStudent) {
      const patrol = await patrols.read(caller.reach, patrol_id);
      studentNotPatrolled(patrol, student.user_id, person !== null);
    }
    names.remember([[student.user_id, person.name]]);
    return namedEntry(names, await entries.add(caller, patrol_id, student));
  },
});
