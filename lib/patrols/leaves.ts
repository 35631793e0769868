import { DateTime } from 'luxon';
import type { CampusDate, UserId } from './schemas.ts';

/** An approved application to be away, as application-service keeps it. */
export interface Leave {
  readonly user_id: UserId;
  readonly leave_time: Date;
  readonly return_time: Date;
  readonly reason: string;
}

/** When an evening begins on this campus. */
export interface CampusEvening {
  /** IANA name, like `Europe/Moscow`. */
  readonly timezone: string;
  /** `HH:MM` in that zone. */
  readonly patrolStartTime: string;
}

const LONGEST_REASON = 2000;

/**
 * Gives the moment that a patrol's leaves are judged by (contract.md, *Starting a patrol*): the start time on the
 * patrol's date, or now if the patrol starts later than that on the same campus date.
 */
export function patrolMoment(date: CampusDate, now: Date, evening: CampusEvening): Date {
  const start = DateTime.fromISO(`${date}T${evening.patrolStartTime}`, { zone: evening.timezone });
  const current = DateTime.fromJSDate(now, { zone: evening.timezone });
  return (current.toISODate() === date && current > start ? current : start).toJSDate();
}

/** `leave_time ≤ moment < return_time`: a leave that is over at the moment covers nobody. */
export function covers(leave: Leave, moment: Date): boolean {
  return leave.leave_time <= moment && moment < leave.return_time;
}

/**
 * Gives the reason that a covered student is written down with, at most 2,000 characters: until when, in campus
 * time, with the day where it is not the patrol's own, and what the application says.
 */
export function absenceReasonOf(leave: Leave, date: CampusDate, timezone: string): string {
  const back = DateTime.fromJSDate(leave.return_time, { zone: timezone });
  const until = back.toFormat(back.toISODate() === date ? 'HH:mm' : 'dd.MM HH:mm');
  // PostgreSQL cannot store NUL, and a peer's text must not fail a patrol.
  const reason = leave.reason.replaceAll('\0', '').trim();
  const text = `Одобренное заявление на выход до ${until}${reason ? `: ${reason}` : ''}`;
  return Array.from(text).slice(0, LONGEST_REASON).join('');
}
