import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import type { ProtoGrpcType } from '../../proto/generated/application.ts';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import type { Place } from '../campus-types.ts';
import { daysToAskFor, type Leave } from '../patrols/leaves.ts';
import { loadProto } from '../proto.ts';
import type { Channel } from './channel.ts';
import { userIdOf } from './peer-record.ts';

/** application-service: who holds an approved leave. All functions raise SERVICE_UNAVAILABLE. */
export interface ApplicationService {
  /**
   * Returns the leaves that may cover a moment, as they come: other people's, several of one student, the same one more
   * than once, some already over. All their days are asked for inside one deadline; one day that fails fails them all.
   */
  leavesAround(moment: Date, place: Place): Promise<Leave[]>;
}

export interface ApplicationServiceOptions {
  /** How many days before a moment a leave may have begun that covers it. */
  readonly lookbackDays: number;
  readonly log: Logger;
}

/** How many days are asked for at a time. */
const CONCURRENCY = 8;

export function createApplicationService(
  channel: Channel,
  { lookbackDays, log }: ApplicationServiceOptions,
): ApplicationService {
  const { service } = loadProto<ProtoGrpcType>('application.proto').campus.application.ApplicationService;
  return {
    leavesAround: (moment, { building, entrance }) =>
      channel.batch(service.GetApprovedLeaves, async (ask) => {
        const days = daysToAskFor(moment, lookbackDays);
        const leaves: Leave[] = [];
        const askDayByDay = async () => {
          for (let date = days.pop(); date; date = days.pop()) {
            const { records } = await ask({ date, building, entrance });
            leaves.push(...records.map((record) => leaveOf(record, log)).filter((leave) => leave !== null));
          }
        };
        await Promise.all(Array.from({ length: CONCURRENCY }, askDayByDay));
        return leaves;
      }),
  };
}

/** Returns the leave, or null if its times cannot be read: such a paper excuses nobody, the student is looked for. */
function leaveOf(record: LeaveRecord, log: Logger): Leave | null {
  const user_id = userIdOf(record, 'a record of GetApprovedLeaves');
  const [leaveTime, returnTime] = [momentOf(record.leave_time), momentOf(record.return_time)];
  if (!leaveTime || !returnTime) {
    const unreadable = [!leaveTime && 'leave_time', !returnTime && 'return_time'].filter(Boolean);
    log.warn({ leave_user_id: user_id, unreadable }, 'a leave with unreadable times excuses nobody');
    return null;
  }
  return {
    user_id,
    leave_time: leaveTime,
    return_time: returnTime,
    reason: record.reason,
  };
}

/** A leave without an end is written with the last day that there is: PostgreSQL and our callers know no year of five digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);

/** Of a time without its day nobody knows which evening it excuses: ISO 8601 allows it, and it would mean today. */
const WHOLE_MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Returns the moment that ISO 8601 says, in UTC where it names no offset, or null for what is none. */
function momentOf(text: string): Date | null {
  const written = text.trim();
  const time = WHOLE_MOMENT.test(written) ? DateTime.fromISO(written, { zone: 'utc' }) : null;
  return time?.isValid ? new Date(Math.min(time.toMillis(), LAST_MOMENT)) : null;
}
