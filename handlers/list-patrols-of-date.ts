import Type from 'typebox';
import { CampusDate } from '../lib/campus-types.ts';
import { patrolSummary } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { Building, Entrance, Patrol } from '../lib/patrols/schemas.ts';

/** RPC GetPatrolsForDate: lists all patrols of a date. REST pages through ListPatrols instead. */
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
  errors: [],
  grpc: { response: ({ patrols }) => ({ patrols: patrols.map(patrolSummary) }) },

  async handle({ patrols }, filter, { reach }) {
    return { patrols: await patrols.listOfDate(reach, filter) };
  },
});
