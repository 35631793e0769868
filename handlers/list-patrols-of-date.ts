import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { patrolSummaries } from '../lib/patrols/messages.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { Building, CampusDate, Entrance, Patrol } from '../lib/patrols/schemas.ts';

/** The gateway's question of the evening; REST asks it of the list, page by page. */
export const listPatrolsOfDate = operation({
  name: 'GetPatrolsForDate',
  summary: 'Все обходы даты',
  roles: READERS,
  input: Type.Object({
    date: CampusDate,
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
  }),
  output: Type.Object({ patrols: Type.Array(Patrol) }),
  refusals: [],
  grpc: {
    answer: async (context, { patrols }) => ({ patrols: await patrolSummaries(context, patrols) }),
  },

  async handle({ patrols }, filter) {
    return { patrols: await patrols.ofDate(filter) };
  },
});
