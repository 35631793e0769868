import { DateTime } from 'luxon';
import type { CampusDate } from '../campus-types.ts';
import type { FieldError } from '../errors.ts';
import type { Campus } from './campus.ts';

/** Until this hour it is still the evening before (docs/contract.md, *Starting a patrol*). */
const EVENING_ENDS_AT_HOUR = 6;

/** Returns the date of the current evening; until six in the morning it is still the evening before. */
export function tonight(now: Date, timezone: string): CampusDate {
  const local = DateTime.fromJSDate(now, { zone: timezone });
  return dateOf(local.hour < EVENING_ENDS_AT_HOUR ? local.minus({ days: 1 }) : local);
}

/** Whether the patrols of an evening are on: from its start time until six in the morning. */
export function isEveningOn(now: Date, campus: Pick<Campus, 'timezone' | 'patrolStartTime'>): boolean {
  return now >= startOf(tonight(now, campus.timezone), campus);
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
 * Returns the moment that leaves are checked for (docs/contract.md, *Starting a patrol*): the start time on the patrol's
 * date, or now if that is later in the same evening.
 */
export function patrolMoment(
  date: CampusDate,
  now: Date,
  campus: Pick<Campus, 'timezone' | 'patrolStartTime'>,
): Date {
  const start = startOf(date, campus);
  return tonight(now, campus.timezone) === date && now > start ? now : start;
}

/** Returns the start time of an evening as a moment. */
function startOf(
  date: CampusDate,
  { timezone, patrolStartTime }: Pick<Campus, 'timezone' | 'patrolStartTime'>,
): Date {
  return DateTime.fromISO(`${date}T${patrolStartTime}`, { zone: timezone }).toJSDate();
}

function dateOf(time: DateTime): CampusDate {
  // Luxon writes a date as CampusDate is written.
  return time.toFormat('yyyy-MM-dd') as CampusDate;
}
