import Type from 'typebox';
import { PatrolEntryId, PatrolId } from '../lib/campus-types.ts';
import { entryMessage } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { namedEntry } from '../lib/patrols/naming.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { PatrolEntry } from '../lib/patrols/schemas.ts';

/** RPC GetPatrolEntry: reads one entry. */
export const readEntry = operation({
  name: 'GetPatrolEntry',
  summary: 'Одна запись проверки',
  roles: READERS,
  input: Type.Object({ patrol_id: PatrolId, patrol_entry_id: PatrolEntryId }),
  output: PatrolEntry,
  version: ({ updated_at }) => updated_at,
  errors: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}/{patrolEntryId}', success: 200, tag: 'entries' },
  grpc: { response: entryMessage },

  async handle({ entries, names }, { patrol_id, patrol_entry_id }, { reach }) {
    return namedEntry(names, await entries.read(reach, patrol_id, patrol_entry_id));
  },
});
