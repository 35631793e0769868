import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import type { ProtoGrpcType } from '../../proto/generated/application.ts';
import type { LeaveRecord__Output as LeaveRecord } from '../../proto/generated/campus/application/LeaveRecord.ts';
import type { Leave } from '../patrols/leaves.ts';
import type { PatrolPlace } from '../patrols/schemas.ts';
import type { Channel } from './channel.ts';
import { userIdOf } from './peer-record.ts';
import { loadProto } from './proto.ts';

/** application-service: who holds an approved leave. All functions raise SERVICE_UNAVAILABLE. */
export interface ApplicationService {
  /** Gives the leaves of a date as they come: other people's, several of one student, some already over. */
  approvedLeaves(place: PatrolPlace): Promise<Leave[]>;
}

export function createApplicationService(channel: Channel, log: Logger): ApplicationService {
  const { service } = loadProto<ProtoGrpcType>('application.proto').campus.application.ApplicationService;
  return {
    async approvedLeaves({ date, building, entrance }) {
      const { records } = await channel.call(service.GetApprovedLeaves, { date, building, entrance });
      return records.map((record) => leaveOf(record, log)).filter((leave) => leave !== null);
    },
  };
}

/** Gives the leave, or null if its times cannot be read: such a paper excuses nobody, the student is looked for. */
function leaveOf(record: LeaveRecord, log: Logger): Leave | null {
  const user_id = userIdOf(record, 'a record of GetApprovedLeaves');
  const [leaveTime, returnTime] = [record.leave_time, record.return_time].map((text) =>
    DateTime.fromISO(text.trim(), { zone: 'utc' }),
  );
  if (!leaveTime?.isValid || !returnTime?.isValid) {
    const { leave_time, return_time } = record;
    log.warn(
      { leave_user_id: user_id, leave_time, return_time },
      'a leave with unreadable times excuses nobody',
    );
    return null;
  }
  return {
    user_id,
    leave_time: leaveTime.toJSDate(),
    return_time: returnTime.toJSDate(),
    reason: record.reason,
  };
}
