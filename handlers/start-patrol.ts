import Type from 'typebox';
import { CampusDate } from '../lib/campus-types.ts';
import { patrolDetails } from '../lib/grpc/messages.ts';
import { operation } from '../lib/operation.ts';
import { fieldErrorsOfStart } from '../lib/patrols/evening.ts';
import { namedPatrol } from '../lib/patrols/naming.ts';
import { PATROLLERS } from '../lib/patrols/permissions.ts';
import { Building, described, Entrance, PatrolWithEntries } from '../lib/patrols/schemas.ts';

/** RPC CreatePatrol: starts a patrol with the minors of its entrance. */
export const startPatrol = operation({
  name: 'CreatePatrol',
  summary: 'Начать обход: список несовершеннолетних подъезда с учётом заявлений на выход',
  roles: PATROLLERS,
  input: Type.Object({
    date: described(CampusDate, 'Дата вечера, не позже завтрашней'),
    building: Building,
    entrance: Entrance,
  }),
  fieldErrorsBetween: fieldErrorsOfStart,
  output: PatrolWithEntries,
  version: ({ version }) => version,
  errors: ['PATROL_ALREADY_EXISTS'],
  rest: {
    method: 'POST',
    path: '/patrols',
    success: 201,
    tag: 'patrols',
    location: ({ patrol_id }) => `/patrols/${patrol_id}`,
  },
  grpc: { response: patrolDetails },

  async handle({ rosters, patrols, names, patrolMetrics }, input, caller) {
    const place = caller.reach.demand(input);
    const { entries } = await rosters.of(place);
    const patrol = await patrols.start(caller, { ...place, entries });
    patrolMetrics.started(patrol);
    return namedPatrol(names, patrol);
  },
});
