import type { Place, UserId } from '../campus-types.ts';
import type { PatrolEntry, PatrolWithEntries, StoredPatrol, VersionedEntry } from './schemas.ts';

/** A source of people's names. */
export interface NameSource {
  of(userIds: readonly UserId[], place?: Place): Promise<(userId: UserId) => string | null>;
}

/** Returns an entry with its student's name. */
export async function namedEntry(names: NameSource, entry: VersionedEntry): Promise<PatrolEntry> {
  const nameOf = await names.of([entry.user_id]);
  return { ...entry, user_name: nameOf(entry.user_id) };
}

/** Returns a patrol with all names. */
export async function namedPatrol(names: NameSource, patrol: StoredPatrol): Promise<PatrolWithEntries> {
  const people = [patrol.patrol_by, ...patrol.entries.map(({ user_id }) => user_id)];
  const nameOf = await names.of(people, patrol);
  return {
    ...patrol,
    patrol_by_name: nameOf(patrol.patrol_by),
    entries: patrol.entries.map((entry) => ({ ...entry, user_name: nameOf(entry.user_id) })),
  };
}
