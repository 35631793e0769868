import { DateTime } from 'luxon';
import type { CampusDate } from '../campus-types.ts';
import type { FieldError } from '../errors.ts';
import type { Campus } from './campus.ts';

/** Until this hour it is still the evening before (contract.md, *Starting a patrol*). */
const EVENING_ENDS_AT_HOUR = 6;

/** Returns the date of the current evening; until six in the morning it is still the evening before. */
export function tonight(now: Date, timezone: string): CampusDate {
  const local = DateTime.fromJSDate(now, { zone: timezone });
  return dateOf(local.hour < EVENING_ENDS_AT_HOUR ? local.minus({ days: 1 }) : local);
}

/** Returns a field error for a date later than tomorrow on the campus, which is a typing error. */
export function fieldErrorsOfStart(
  { date }: Readonly<Record<string, unknown>>,
  { clock, campus }: { readonly clock: () => Date; readonly campus: Pick<Campus, 'timezone'> },
): FieldError[] {
  const tomorrow = dateOf(DateTime.fromJSDate(clock(), { zone: campus.timezone }).plus({ days: 1 }));
  if (typeof date !== 'string' || date <= tomorrow) return [];
  return [{ field: 'date', message: 'Не позже завтрашнего дня' }];
}

/**
 * Returns the moment that leaves are checked for (contract.md, *Starting a patrol*): the start time on the patrol's
 * date, or now if that is later in the same evening.
 */
export function patrolMoment(
  date: CampusDate,
  now: Date,
  { timezone, patrolStartTime }: Pick<Campus, 'timezone' | 'patrolStartTime'>,
): Date {
  const start = DateTime.fromISO(`${date}T${patrolStartTime}`, { zone: timezone }).toJSDate();
  return tonight(now, timezone) === date && now > start ? now : start;
}

function dateOf(time: DateTime): CampusDate {
  // Luxon writes a date as CampusDate is written.
  return time.toFormat('yyyy-MM-dd') as CampusDate;
}
