import { type FragmentSqlToken, sql } from 'slonik';
import type { CampusDate } from './schemas.ts';

/** What a list is narrowed to; what is not given is not asked about. */
export interface PatrolFilter {
  readonly date?: CampusDate | undefined;
  readonly date_from?: CampusDate | undefined;
  readonly date_to?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
  readonly status?: string | undefined;
}

type Field = keyof PatrolFilter;

/** What each field of a filter asks of a row of `patrols` or, dates apart, of `patrol_counts`. */
const CONDITIONS: Readonly<Record<Field, FragmentSqlToken>> = {
  date: sql.fragment`date = ${'date'}::date`,
  date_from: sql.fragment`date >= ${'date'}::date`,
  date_to: sql.fragment`date <= ${'date'}::date`,
  building: sql.fragment`building = ${'building'}`,
  entrance: sql.fragment`entrance = ${'entrance'}`,
  status: sql.fragment`status = ${'status'}`,
};

// Object.keys forgets whose keys they are.
const FIELDS = Object.keys(CONDITIONS) as readonly Field[];

/** Returns a filter's condition, and a name for its set of fields: each set is a statement of its own, planned for the index that serves it. */
export function matching(filter: PatrolFilter): { name: string; condition: FragmentSqlToken } {
  const given = FIELDS.filter((field) => filter[field] !== undefined);
  const condition = given.reduce(
    (others, field) =>
      sql.fragment`${others} and ${{ ...CONDITIONS[field], values: [filter[field] ?? null] }}`,
    sql.fragment`true`,
  );
  return { name: given.map((field) => `_${field}`).join(''), condition };
}

/** Whether the filter asks for dates, by which the triggers on patrols do not count. */
export function asksForDates({ date, date_from, date_to }: PatrolFilter): boolean {
  return date !== undefined || date_from !== undefined || date_to !== undefined;
}

/** Returns the faults between the dates of a list: a range excludes one date, and must not end before it begins. */
export function faultsOfDates({ date, date_from: from, date_to: to }: Readonly<Record<string, unknown>>) {
  const isRange = from !== undefined || to !== undefined;
  if (date !== undefined && isRange) {
    return [{ field: 'date', message: 'Нельзя вместе с date_from и date_to' }];
  }
  const isBackwards = typeof from === 'string' && typeof to === 'string' && to < from;
  return isBackwards ? [{ field: 'date_to', message: 'Не раньше date_from' }] : [];
}
