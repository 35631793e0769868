import { sql } from 'slonik';
import Type from 'typebox';
import type { Reach, WithinReach } from '../auth/reach.ts';
import type { PatrolId, UserId } from '../campus-types.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import { CountedPatrol, CountedStudent } from './attendance.ts';
import { type IdList, idList } from './id-list.ts';
import { matching } from './patrol-filter.ts';
import type { ReportPeriod } from './report-period.ts';
import { utc, within } from './shapes.ts';

/** What a report is about, as of one moment: each once, most unexplained absences first. */
export interface AttendanceOrder {
  readonly patrols: IdList<PatrolId>;
  readonly students: IdList<UserId>;
}

/**
 * Counts attendance in PostgreSQL. A report is read in parts, with a short statement each: no connection waits for who
 * reads it. Ids are ordered once, so that marks made meanwhile neither repeat nor lose a row.
 */
export interface AttendanceStore {
  /** Returns the order of a report. @throws FORBIDDEN for a filter beyond the reach. */
  order(reach: Reach, period: ReportPeriod): Promise<AttendanceOrder>;
  /** Returns these patrols in this order, without those that were deleted meanwhile. */
  patrols(reach: Reach, ids: readonly PatrolId[]): Promise<CountedPatrol[]>;
  /** Returns these students in this order, counted over the period. @throws FORBIDDEN as `order` does. */
  students(reach: Reach, period: ReportPeriod, ids: readonly UserId[]): Promise<CountedStudent[]>;
}

export function createAttendanceStore(reads: Reads): WithinReach<AttendanceStore> {
  return {
    order: (reach, period) => readOrder(reads, reach, period),
    patrols: (reach, ids) => readPatrols(reads, reach, ids),
    students: (reach, period, ids) => readStudents(reads, reach, period, ids),
  };
}

/** Conditions of the kinds of an absence. By leave: marked so when the list was drawn up, or by whoever saw the leave. */
const BY_LEAVE = sql.fragment`
  not is_present and (checked_at is null or (absence_reason is not null and leave_until > checked_at))
`;
const UNEXPLAINED = sql.fragment`not is_present and checked_at is not null and absence_reason is null`;
const WITH_REASON = sql.fragment`
  not is_present and checked_at is not null and absence_reason is not null
    and (leave_until is null or leave_until <= checked_at)
`;

const COUNTS_BY_KIND = sql.fragment`
  (count(*) filter (where is_present))::int as present_count,
  (count(*) filter (where ${BY_LEAVE}))::int as absent_by_leave_count,
  (count(*) filter (where ${WITH_REASON}))::int as absent_with_reason_count,
  (count(*) filter (where ${UNEXPLAINED}))::int as unexplained_count,
  (count(*) filter (where is_present is null))::int as unchecked_count
`;

const Order = Type.Object({ patrols: Type.String(), students: Type.String() });

async function readOrder(reads: Reads, reach: Reach, period: ReportPeriod): Promise<AttendanceOrder> {
  const { name, condition } = matching(reach.narrow(period));
  const found = await reads.maybeOne(sql.prepared(`attendance_order${name}`, rowSchema(Order))`
    select
      coalesce((
        select encode(string_agg(
          uuid_send(patrol_id), ''::bytea order by unexplained desc, date, building collate "C", entrance
        ), 'hex')
        from (
          select patrol_id, date, building, entrance, count(*) filter (where ${UNEXPLAINED}) as unexplained
          from public.patrols left join public.patrol_entries using (patrol_id)
          where ${condition}
          group by patrol_id, date, building, entrance
        ) as counted
      ), '') as patrols,
      coalesce((
        select encode(string_agg(
          uuid_send(user_id), ''::bytea order by unexplained desc, with_reason desc, by_leave desc, user_id
        ), 'hex')
        from (
          select
            user_id,
            count(*) filter (where ${UNEXPLAINED}) as unexplained,
            count(*) filter (where ${WITH_REASON}) as with_reason,
            count(*) filter (where ${BY_LEAVE}) as by_leave
          from public.patrols join public.patrol_entries using (patrol_id)
          where ${condition}
          group by user_id
        ) as counted
      ), '') as students
  `);
  return { patrols: idList(found?.patrols ?? ''), students: idList(found?.students ?? '') };
}

const Patrols = Type.Object({ rows: Type.Array(CountedPatrol) });

async function readPatrols(reads: Reads, reach: Reach, ids: readonly PatrolId[]): Promise<CountedPatrol[]> {
  const found = await reads.maybeOne(sql.prepared('attendance_of_patrols', rowSchema(Patrols))`
    select coalesce(json_agg(counted), '[]') as rows from (
      select
        patrol_id,
        to_char(date, 'YYYY-MM-DD') as date,
        building,
        entrance,
        status,
        patrol_by,
        ${utc('submitted_at')} as submitted_at,
        entries.*
      from unnest(${sql.array([...ids], 'uuid')}) with ordinality as asked (patrol_id, position)
      join public.patrols using (patrol_id)
      cross join lateral (
        select count(*)::int as entries_count, ${COUNTS_BY_KIND}
        from public.patrol_entries
        where patrol_entries.patrol_id = patrols.patrol_id
      ) as entries
      where ${within(reach)}
      order by asked.position
    ) as counted
  `);
  return found?.rows ?? [];
}

const Students = Type.Object({ rows: Type.Array(CountedStudent) });

async function readStudents(
  reads: Reads,
  reach: Reach,
  period: ReportPeriod,
  ids: readonly UserId[],
): Promise<CountedStudent[]> {
  const { name, condition } = matching(reach.narrow(period));
  const found = await reads.maybeOne(sql.prepared(`attendance_of_students${name}`, rowSchema(Students))`
    select coalesce(json_agg(counted), '[]') as rows from (
      select
        user_id,
        count(*)::int as evenings_count,
        ${COUNTS_BY_KIND},
        (array_agg(building order by date desc, patrol_id))[1] as building,
        (array_agg(entrance order by date desc, patrol_id))[1] as entrance
      from unnest(${sql.array([...ids], 'uuid')}) with ordinality as asked (user_id, position)
      join public.patrol_entries using (user_id)
      join public.patrols using (patrol_id)
      where ${condition}
      group by asked.position, user_id
      order by asked.position
    ) as counted
  `);
  return found?.rows ?? [];
}
