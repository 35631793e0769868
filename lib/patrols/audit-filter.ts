import { type FragmentSqlToken, sql } from 'slonik';
import type { CampusDate, UserId } from '../campus-types.ts';
import { type Conditions, conditionsOf } from './conditions.ts';

/** The filter of the trail; absent fields match everything. */
export interface AuditFilter {
  /** The dates of patrols, both inclusive. */
  readonly date_from?: CampusDate | undefined;
  readonly date_to?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
  /** The student whom the change is about. */
  readonly user_id?: UserId | undefined;
  /** Who made it. */
  readonly author?: UserId | undefined;
  readonly action?: string | undefined;
}

/** The part of the trail to return: what is older than a record. */
export interface AuditPart {
  readonly size: number;
  /** The id of a record. */
  readonly after?: number | undefined;
}

const CONDITIONS: Conditions<'building' | 'entrance' | 'author' | 'action'> = {
  building: (building) => sql.fragment`building = ${building}`,
  entrance: (entrance) => sql.fragment`entrance = ${entrance}`,
  author: (author) => sql.fragment`user_id = ${author}::uuid`,
  action: (action) => sql.fragment`action = ${action}`,
};

/**
 * Returns a query of the newest matching records, at most `size` or all of one student, and a name for its shape. Each
 * shape is bounded by an index, however long the trail: a student's records are few; a range of dates is read date by
 * date; else the index of place, author or action is in the trail's order.
 */
export function matchingRecords(
  filter: AuditFilter,
  { size, after }: AuditPart,
): { name: string; source: FragmentSqlToken } {
  const { user_id, date_from: from, date_to: to } = filter;
  const { name: fields, conditions } = conditionsOf(CONDITIONS, filter);
  if (after !== undefined) conditions.push(sql.fragment`audit_id < ${after}::bigint`);
  const besides = Object.entries({ user_id, from, to, after }).filter(([, value]) => value !== undefined);
  const name = fields + besides.map(([field]) => `_${field}`).join('');
  if (user_id !== undefined) return { name, source: ofStudent(user_id, filter, conditions) };
  if (from === undefined && to === undefined) return { name, source: newest(conditions, size) };
  return { name, source: ofDates(filter, conditions, size) };
}

function newest(conditions: readonly FragmentSqlToken[], size: number) {
  return sql.fragment`
    select * from public.audit_trail
    where ${sql.and([...conditions])}
    order by audit_id desc
    limit ${size}
  `;
}

function ofStudent(
  userId: UserId,
  { date_from: from, date_to: to }: AuditFilter,
  conditions: readonly FragmentSqlToken[],
) {
  const dates = [
    ...(from === undefined ? [] : [sql.fragment`date >= ${from}::date`]),
    ...(to === undefined ? [] : [sql.fragment`date <= ${to}::date`]),
  ];
  return sql.fragment`
    with of_student as materialized (
      select * from public.audit_trail where student_ids @> array[${userId}::uuid]
    )
    select * from of_student where ${sql.and([...conditions, ...dates])}
  `;
}

/** Reads the dates that the trail has, each by its index. */
function ofDates(
  { date_from: from, date_to: to }: AuditFilter,
  conditions: readonly FragmentSqlToken[],
  size: number,
) {
  const first = sql.fragment`(select min(date) from public.audit_trail)`;
  const last = sql.fragment`(select max(date) from public.audit_trail)`;
  return sql.fragment`
    select * from public.audit_trail
    where audit_id in (
      select of_date.audit_id
      from generate_series(
        ${from === undefined ? first : sql.fragment`greatest(${first}, ${from}::date)`}::timestamp,
        ${to === undefined ? last : sql.fragment`least(${last}, ${to}::date)`}::timestamp,
        '1 day'
      ) as day cross join lateral (
        select audit_id from public.audit_trail
        where date = day::date and ${sql.and([...conditions, sql.fragment`true`])}
        order by audit_id desc
        limit ${size}
      ) as of_date
      order by audit_id desc
      limit ${size}
    )
  `;
}
