import Type from 'typebox';
import { operation } from '../lib/operation.ts';
import { drawUpEntries } from '../lib/patrols/entry-list.ts';
import { patrolMoment } from '../lib/patrols/leaves.ts';
import { patrolMessage } from '../lib/patrols/messages.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { Building, CampusDate, Entrance, PatrolWithEntries } from '../lib/patrols/schemas.ts';

export const startPatrol = operation({
  name: 'CreatePatrol',
  summary: 'Начать обход: список несовершеннолетних подъезда с учётом заявлений на выход',
  roles: PATROLLERS,
  input: Type.Object({ date: CampusDate, building: Building, entrance: Entrance }),
  output: PatrolWithEntries,
  refusals: ['PATROL_ALREADY_EXISTS'],
  rest: {
    method: 'POST',
    path: '/patrols',
    success: 201,
    location: ({ patrol_id }) => `/patrols/${patrol_id}`,
  },
  grpc: { answer: (_context, patrol) => patrolMessage(patrol) },

  async handle({ authService, applicationService, patrols, patrolMetrics, evening, clock }, place, caller) {
    const [minors, leaves] = await Promise.all([
      authService.minorsOf(place),
      applicationService.approvedLeaves(place),
    ]);
    const moment = patrolMoment(place.date, clock(), evening);
    const entries = drawUpEntries(minors, leaves, { date: place.date, moment, timezone: evening.timezone });
    const patrol = await patrols.start({ ...place, patrol_by: caller.user_id, entries });
    patrolMetrics.started(patrol);
    return patrol;
  },
});
