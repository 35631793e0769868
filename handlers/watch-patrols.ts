import Type from 'typebox';
import { CampusDate, PatrolId } from '../lib/campus-types.ts';
import { operation } from '../lib/operation.ts';
import { READERS } from '../lib/patrols/permissions.ts';
import { Building, described, Entrance } from '../lib/patrols/schemas.ts';
import { PatrolEvent, RECORD_IDS, WatchSnapshot } from '../lib/patrols/trail-schemas.ts';
import { eventStreamBody } from '../lib/watch/event-stream.ts';
import { watchMessages } from '../lib/watch/messages.ts';
import type { Watch } from '../lib/watch/watch.ts';

/** RPC WatchPatrols: streams changes as they happen. Whoever asks directly closes the watch. */
export const watchPatrols = operation({
  name: 'WatchPatrols',
  summary: 'Изменения вечера вживую; прерванный поток продолжается по Last-Event-ID без пропусков и повторов',
  roles: READERS,
  input: Type.Object({
    patrol_id: Type.Optional(PatrolId),
    date: Type.Optional(described(CampusDate, 'Дата обходов')),
    building: Type.Optional(Building),
    entrance: Type.Optional(Entrance),
    after: Type.Optional(
      Type.Integer({ ...RECORD_IDS, minimum: 0, description: 'event_id, после которого продолжить' }),
    ),
  }),
  output: Type.Unsafe<Watch>(Type.Union([PatrolEvent, WatchSnapshot])),
  errors: ['PATROL_NOT_FOUND'],
  rest: {
    method: 'GET',
    path: '/patrols/events',
    alsoAt: '/patrols/{patrolId}/events',
    success: 200,
    tag: 'events',
    headers: { 'last-event-id': 'after' },
    body: eventStreamBody,
    mediaTypes: ['text/event-stream'],
    isLive: true,
  },
  grpc: { stream: watchMessages },

  handle({ watchers }, { after, ...scope }, caller) {
    return watchers.watch({ caller, scope, after });
  },
});
