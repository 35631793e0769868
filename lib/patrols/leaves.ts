import { DateTime } from 'luxon';
import type { CampusDate, UserId } from '../campus-types.ts';
import { peerText } from './plain-text.ts';

/** An approved application to be away, as application-service keeps it. */
export interface Leave {
  readonly user_id: UserId;
  readonly leave_time: Date;
  readonly return_time: Date;
  readonly reason: string;
}

const MAX_REASON_LENGTH = 2000;

/** `leave_time ≤ moment < return_time`: a leave that is over at the moment covers nobody. */
export function covers(leave: Leave, moment: Date): boolean {
  return leave.leave_time <= moment && moment < leave.return_time;
}

/**
 * Returns the UTC days on which a leave may have begun that covers the moment: from `lookbackDays` before the moment to
 * its own, `YYYY-MM-DD`, the latest first. application-service gives leaves by the UTC day they begin on.
 */
export function daysToAskFor(moment: Date, lookbackDays: number): CampusDate[] {
  const last = DateTime.fromJSDate(moment, { zone: 'utc' });
  return Array.from(
    { length: lookbackDays + 1 },
    // Luxon writes a date as CampusDate is written.
    (_, days) => last.minus({ days }).toFormat('yyyy-MM-dd') as CampusDate,
  );
}

/**
 * Returns the reason that a covered student is written down with, at most 2,000 characters: until when, in campus
 * time, with the day where it is not the patrol's own, and what the application says.
 */
export function absenceReasonOf(leave: Leave, date: CampusDate, timezone: string): string {
  const back = DateTime.fromJSDate(leave.return_time, { zone: timezone });
  const until = back.toFormat(back.toISODate() === date ? 'HH:mm' : 'dd.MM HH:mm');
  const reason = peerText(leave.reason, MAX_REASON_LENGTH);
  return peerText(
    `Одобренное заявление на выход до ${until}${reason ? `: ${reason}` : ''}`,
    MAX_REASON_LENGTH,
  );
}
