import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { type Ask, done } from './operation-client.ts';

/** The entrance of an evening that somebody walks. */
export interface EveningPlace {
  readonly date: string;
  readonly building: string;
  readonly entrance: number;
}

export interface Walk {
  /** Why somebody is absent. */
  readonly reason?: string;
  /** Sent along with the last look at the patrol. */
  readonly traceId?: string;
}

/**
 * Walks an entrance where at least three live: starts the patrol, looks at what there is, marks one present and another
 * absent, removes a third and adds them again. Returns the patrol as it is then, not handed in.
 * @throws at the first answer that is not as it must be.
 */
export async function walkEntrance(
  ask: Ask,
  place: EveningPlace,
  { reason = 'Не вернулся к 22:00', traceId }: Walk = {},
): Promise<PatrolWithEntries> {
  const { patrol_id } = await done(ask, 'CreatePatrol', { ...place });
  const { entries }: PatrolWithEntries = await done(ask, 'GetPatrolDetails', { patrol_id });
  const [first, second, third] = entries;
  if (!first || !second || !third) throw new Error(`${entries.length} entries in ${JSON.stringify(place)}`);
  const entry = ({ patrol_entry_id }: PatrolWithEntries['entries'][number]) => ({
    patrol_id,
    patrol_entry_id,
  });
  await done(ask, 'ListPatrols', { page: 1, size: 20 });
  await done(ask, 'ListPatrols', { date: place.date, building: place.building });
  await done(ask, 'UpdatePatrolEntry', { ...entry(first), is_present: true });
  await done(ask, 'UpdatePatrolEntry', { ...entry(second), is_present: false, absence_reason: reason });
  await done(ask, 'GetPatrolEntry', entry(second));
  await done(ask, 'DeletePatrolEntry', entry(third));
  await done(ask, 'AddPatrolEntry', { patrol_id, user_id: third.user_id, room: third.room });
  const headers = traceId === undefined ? {} : { 'x-trace-id': traceId };
  return done(ask, 'GetPatrolDetails', { patrol_id }, { headers });
}

/** Returns the marks with which everybody of a patrol is present whom nobody has checked, or everybody at all. */
export function allPresent({ entries }: Pick<PatrolWithEntries, 'entries'>, evenChecked = false) {
  // Over gRPC who is unchecked has no `is_present`.
  const meant = entries.filter(({ is_present }) => evenChecked || (is_present ?? null) === null);
  return meant.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
}

/** Marks everybody present whom nobody has checked, and hands the patrol in. @throws when either is refused. */
export async function walkAndHandIn(ask: Ask, patrol: PatrolWithEntries): Promise<PatrolWithEntries> {
  const { patrol_id } = patrol;
  await done(ask, 'MarkPatrolEntries', { patrol_id, marks: allPresent(patrol) });
  return done(ask, 'UpdatePatrol', { patrol_id, status: 'completed' });
}
