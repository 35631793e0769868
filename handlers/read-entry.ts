import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { entryMessage } from '../lib/patrols/messages.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { PatrolEntry, PatrolEntryId, PatrolId } from '../lib/patrols/schemas.ts';

export const readEntry = operation({
  name: 'GetPatrolEntry',
  summary: 'Одна запись проверки',
  roles: READERS,
  input: Type.Object({ patrol_id: PatrolId, patrol_entry_id: PatrolEntryId }),
  output: PatrolEntry,
  refusals: ['PATROL_NOT_FOUND', 'PATROL_ENTRY_NOT_FOUND'],
  rest: { method: 'GET', path: '/patrols/{patrolId}/{patrolEntryId}', success: 200 },
  grpc: { answer: entryMessage },

  handle({ entries }, { patrol_id, patrol_entry_id }) {
    return entries.read(patrol_id, patrol_entry_id);
  },
});
