/** How an entrance is called in a legend. */
export const PLACE = 'корп. {{building}}, подъезд {{entrance}}';

/**
 * Tonight's patrols by place. Every instance reads the same figures out of the database: the largest is taken, and they
 * are never added up over instances.
 */
export function patrols(filter: string): string {
  return `max by (building, entrance) (patrol_patrols{${filter}})`;
}

/** Tonight's entries in one state, by place. */
export function entries(state: 'present' | 'absent' | 'unchecked'): string {
  return `max by (building, entrance) (patrol_entries{state="${state}"})`;
}

/** 0 nobody has started it, 1 under way, 2 handed in. */
export function stateOf(place = ''): string {
  return `${patrols(`status="in_progress"${place}`)} + 2 * ${patrols(`status="completed"${place}`)}`;
}

/** Entries that nobody checked in patrols of the seven evenings before that were never handed in, by place. */
export const FORGOTTEN = 'max by (building, entrance) (patrol_entries_unchecked{evening="earlier"})';

/** Patrols of other evenings that were never handed in, however long ago, by place. */
export const NEVER_HANDED_IN = `max by (building, entrance) (patrol_patrols_unfinished) - ${patrols('status="in_progress"')}`;

/** How old the figures are, in seconds: without its database an instance goes on giving the last ones it read. */
export const AGE_OF_FIGURES = 'time() - max(patrol_census_timestamp_seconds)';

/** Tonight's absences that somebody must look into, by place. */
export function absences(kind: 'unexplained' | 'overdue'): string {
  return `max by (building, entrance) (patrol_absences{kind="${kind}"})`;
}

/** Minors who live there and are on no list of the evening, by place. */
export const ON_NO_LIST = 'max by (building, entrance) (patrol_minors_on_no_list)';

/** 1 where the evening is on and nobody has started a patrol, else 0, by place. */
export const WITHOUT_PATROL = 'max by (building, entrance) (patrol_entrances_without_patrol)';

/** How old the two above are, in seconds: without auth-service an instance goes on giving the last ones. */
export const AGE_OF_COVERAGE = 'time() - max(patrol_coverage_timestamp_seconds)';
