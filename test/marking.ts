import type { PatrolWithEntries } from '../lib/patrols/schemas.ts';
import type { RestClient } from './rest-client.ts';

/** Returns the marks with which everybody of a patrol is present whom nobody has checked, or everybody at all. */
export function allPresent({ entries }: Pick<PatrolWithEntries, 'entries'>, evenChecked = false) {
  const meant = entries.filter(({ is_present }) => evenChecked || is_present === null);
  return meant.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
}

/** Walks a patrol to its end and hands it in; returns the answer. */
export async function walkAndHandIn(call: RestClient, patrol: PatrolWithEntries) {
  const path = `/patrols/${patrol.patrol_id}`;
  await call('PATCH', `${path}/entries`, { body: { marks: allPresent(patrol) } });
  return call('PATCH', path, { body: { status: 'completed' } });
}
