import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import type { ProtoGrpcType } from '../../proto/generated/application.ts';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import type { Place } from '../campus-types.ts';
import { daysToAskFor, type Leave } from '../patrols/leaves.ts';
import { loadProto } from '../proto.ts';
import { atATime } from './at-a-time.ts';
import type { CallOptions, Channel } from './channel.ts';
import { userIdOf } from './peer-record.ts';

/** The client of application-service, which knows approved leaves. All functions throw SERVICE_UNAVAILABLE. */
export interface ApplicationService {
  /**
   * Returns leaves that may cover a moment, unfiltered: of other people, duplicates, some over.
   * @throws SERVICE_UNAVAILABLE if one of the days fails; all share one deadline.
   */
  leavesAround(moment: Date, place: Place, options?: CallOptions): Promise<Leave[]>;
}

export interface ApplicationServiceOptions {
  /** How many days before the moment a leave that covers it may have begun. */
  readonly lookbackDays: number;
  readonly log: Logger;
}

/** How many days are requested at a time. */
const CONCURRENCY = 8;

export function createApplicationService(
  channel: Channel,
  { lookbackDays, log }: ApplicationServiceOptions,
): ApplicationService {
  const { service } = loadProto<ProtoGrpcType>('application.proto').campus.application.ApplicationService;
  return {
    leavesAround: (moment, { building, entrance }, options) =>
      channel.batch(
        service.GetApprovedLeaves,
        async (ask) => {
          const leaves: Leave[] = [];
          await atATime(CONCURRENCY, daysToAskFor(moment, lookbackDays), async (date) => {
            const { records } = await ask({ date, building, entrance });
            leaves.push(...records.map((record) => leaveOf(record, log)).filter((leave) => leave !== null));
          });
          return leaves;
        },
        options,
      ),
  };
}

/** Returns the leave, or null if its times cannot be read: it then excuses nobody, and the student is checked. */
function leaveOf(record: LeaveRecord, log: Logger): Leave | null {
  const user_id = userIdOf(record, 'a record of GetApprovedLeaves');
  const [leaveTime, returnTime] = [momentOf(record.leave_time), momentOf(record.return_time)];
  if (!leaveTime || !returnTime) {
    const unreadable = [!leaveTime && 'leave_time', !returnTime && 'return_time'].filter(Boolean);
    log.warn({ leave_user_id: user_id, unreadable }, 'a leave with unreadable times was ignored');
    return null;
  }
  return {
    user_id,
    leave_time: leaveTime,
    return_time: returnTime,
    reason: record.reason,
  };
}

/** The last day for a leave without an end: PostgreSQL and our callers accept no five-digit year. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);

/** Requires a date: ISO 8601 allows a time alone, which would be read as today's. */
const WHOLE_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Returns the moment of an ISO 8601 text, in UTC if it has no offset, or null if it is none. */
function momentOf(text: string): Date | null {
  const written = text.trim();
  const time = WHOLE_MOMENT.test(written) ? DateTime.fromISO(written, { zone: 'utc' }) : null;
  return time?.isValid ? new Date(Math.min(time.toMillis(), LAST_MOMENT)) : null;
}
