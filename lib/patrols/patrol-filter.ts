import { type SqlToken, sql } from 'slonik';
import type { CampusDate } from '../campus-types.ts';
import { type Conditions, conditionsOf } from './conditions.ts';

/** The filter of a list; absent fields match everything. */
export interface PatrolFilter {
  readonly date?: CampusDate | undefined;
  readonly date_from?: CampusDate | undefined;
  readonly date_to?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
  readonly status?: string | undefined;
}

/** The condition of each field on `patrols` and, except dates, on `patrol_counts`. */
const CONDITIONS: Conditions<keyof PatrolFilter> = {
  date: (date) => sql.fragment`date = ${date}::date`,
  date_from: (date) => sql.fragment`date >= ${date}::date`,
  date_to: (date) => sql.fragment`date <= ${date}::date`,
  building: (building) => sql.fragment`building = ${building}`,
  entrance: (entrance) => sql.fragment`entrance = ${entrance}`,
  status: (status) => sql.fragment`status = ${status}`,
};

/** Returns a filter's condition, and a name for its set of fields. */
export function matching(filter: PatrolFilter): { name: string; condition: SqlToken } {
  const { name, conditions } = conditionsOf(CONDITIONS, filter);
  return { name, condition: sql.and(conditions) };
}

/** Whether the filter has dates, which the triggers' counts do not cover. */
export function asksForDates({ date, date_from, date_to }: PatrolFilter): boolean {
  return date !== undefined || date_from !== undefined || date_to !== undefined;
}

/** Returns the field errors between a list's dates: a range excludes one date, and must not end before it begins. */
export function fieldErrorsOfDates({
  date,
  date_from: from,
  date_to: to,
}: Readonly<Record<string, unknown>>) {
  const isRange = from !== undefined || to !== undefined;
  if (date !== undefined && isRange) {
    return [{ field: 'date', message: 'Нельзя вместе с date_from и date_to' }];
  }
  const isBackwards = typeof from === 'string' && typeof to === 'string' && to < from;
  return isBackwards ? [{ field: 'date_to', message: 'Не раньше date_from' }] : [];
}
