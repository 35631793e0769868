import type { Place, UserId } from '../campus-types.ts';
import type { Coverage } from './evening-schemas.ts';
import type { PatrolEntry, PatrolWithEntries, StoredEntry, StoredPatrol } from './schemas.ts';

/** A source of people's names. */
export interface NameSource {
  of(
    userIds: readonly UserId[],
    place?: Place,
    withinMs?: number,
  ): Promise<(userId: UserId) => string | null>;
}

/** Returns an entry with its student's name. */
export async function namedEntry(names: NameSource, entry: StoredEntry): Promise<PatrolEntry> {
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

/** Returns who is on which list with all names: who is on several may be listed in no entrance by now. */
export async function namedCoverage(names: NameSource, coverage: Coverage): Promise<Coverage> {
  const { on_several_lists } = coverage;
  if (on_several_lists.length === 0) return coverage;
  const nameOf = await names.of(on_several_lists.map(({ user_id }) => user_id));
  return {
    ...coverage,
    on_several_lists: on_several_lists.map((minor) => ({
      ...minor,
      user_name: minor.user_name ?? nameOf(minor.user_id),
    })),
  };
}
