import { DateTime } from 'luxon';
import type { CampusDate } from '../campus-types.ts';
import type { FieldError } from '../errors.ts';
import { fieldErrorsOfDates } from './patrol-filter.ts';

/** The evenings and entrances of a report; absent fields match everything. */
export interface ReportPeriod {
  readonly date_from: CampusDate;
  readonly date_to: CampusDate;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
}

/** The longest period, in days, both ends included: a leap year. */
const MAX_DAYS = 366;

/** Returns the field errors between a report's dates. */
export function fieldErrorsOfPeriod(input: Readonly<Record<string, unknown>>): FieldError[] {
  const { date_from, date_to } = input;
  const tooLong = daysBetween(date_from, date_to) >= MAX_DAYS;
  return [
    ...fieldErrorsOfDates({ date_from, date_to }),
    ...(tooLong ? [{ field: 'date_to', message: `Не больше ${MAX_DAYS} дней вместе с date_from` }] : []),
  ];
}

/** Returns the days from one date to another; NaN if one of them is no date. */
function daysBetween(from: unknown, to: unknown): number {
  if (typeof from !== 'string' || typeof to !== 'string') return Number.NaN;
  const [start, end] = [from, to].map((date) => DateTime.fromISO(date, { zone: 'utc' }));
  return start?.isValid && end?.isValid ? end.diff(start, 'days').days : Number.NaN;
}
