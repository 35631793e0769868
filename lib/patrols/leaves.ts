import { DateTime } from 'luxon';
import type { CampusDate, UserId } from '../campus-types.ts';
import { peerText } from './plain-text.ts';

/** An approved leave, from application-service. */
export interface Leave {
  readonly user_id: UserId;
  readonly leave_time: Date;
  readonly return_time: Date;
  readonly reason: string;
}

const MAX_REASON_LENGTH = 2000;

/** Whether `leave_time ≤ moment < return_time`. */
export function covers(leave: Leave, moment: Date): boolean {
  return leave.leave_time <= moment && moment < leave.return_time;
}

/**
 * Returns the UTC days (`YYYY-MM-DD`, latest first) on which a leave that covers the moment may have begun.
 * application-service lists leaves by the UTC day they begin on.
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
 * Returns the absence reason under a leave, at most 2,000 characters: the return time in campus time, with its day if
 * that is not the patrol's, and the application's reason.
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
