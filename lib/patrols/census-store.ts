import { type FragmentSqlToken, sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { CampusDate } from '../campus-types.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import { Building, Entrance, PatrolStatus } from './schemas.ts';

/**
 * How many evenings before tonight entries are counted of, in patrols that were not handed in. A scrape must cost the same
 * however many more there are; those are counted as patrols, without their entries.
 */
export const EARLIER_EVENINGS = 7;
/** From midnight to six, a patrol may be started for the evening after the next: "tomorrow" is two after "tonight". */
const LATER_EVENINGS = 2;

/** The patrols of one entrance and status, of one part of the calendar: tonight, earlier or later. */
const CensusRow = Type.Object({
  building: Building,
  entrance: Entrance,
  status: PatrolStatus,
  evening: Type.Enum(['earlier', 'tonight', 'later']),
  patrols: Type.Integer(),
  present: Type.Integer(),
  absent: Type.Integer(),
  unchecked: Type.Integer(),
  unexplained: Type.Integer(),
  overdue: Type.Integer(),
});
export type CensusRow = Static<typeof CensusRow>;

/** The patrols of one entrance that were not handed in, of whatever evening. */
const UnfinishedRow = Type.Object({ building: Building, entrance: Entrance, patrols: Type.Integer() });

const Census = Type.Object({ evenings: Type.Array(CensusRow), unfinished: Type.Array(UnfinishedRow) });
export type Census = Static<typeof Census>;

/** Counts the evening's patrols and entries. */
export interface CensusStore {
  /**
   * Counts tonight's patrols with their entries, and those of the seven evenings before and of later ones that were not
   * handed in; and of all evenings how many were not, as triggers have counted them.
   * @param now by when a leave is overdue.
   */
  take(tonight: CampusDate, now: Date): Promise<Census>;
}

export function createCensusStore(reads: Reads): CensusStore {
  return { take: (tonight, now) => takeCensus(reads, tonight, now) };
}

async function takeCensus(reads: Reads, tonight: CampusDate, now: Date): Promise<Census> {
  const found = await reads.maybeOne(sql.prepared('census', rowSchema(Census))`
    select
      coalesce((select json_agg(counted) from (${countedEvenings(tonight, now)}) as counted), '[]') as evenings,
      coalesce((
        select json_agg(counted) from (
          select building, entrance, patrols from public.patrol_counts where status = 'in_progress' and patrols > 0
        ) as counted
      ), '[]') as unfinished
  `);
  return found ?? { evenings: [], unfinished: [] };
}

/** Two parts, each by an index of its own, whatever the dates are. */
function countedEvenings(tonight: CampusDate, now: Date): FragmentSqlToken {
  return sql.fragment`
    select
      building,
      entrance,
      status,
      case when date = ${tonight}::date then 'tonight' when date < ${tonight}::date then 'earlier' else 'later' end as evening,
      count(*)::int as patrols,
      sum(present)::int as present,
      sum(absent)::int as absent,
      sum(unchecked)::int as unchecked,
      sum(unexplained)::int as unexplained,
      sum(overdue)::int as overdue
    from (
      select patrol_id, building, entrance, status, date from public.patrols where date = ${tonight}::date
      union all
      select patrol_id, building, entrance, status, date
      from public.patrols
      where status = 'in_progress'
        and date between ${tonight}::date - ${EARLIER_EVENINGS}::int and ${tonight}::date + ${LATER_EVENINGS}::int
        and date <> ${tonight}::date
    ) as patrols cross join lateral (
      select
        count(*) filter (where is_present) as present,
        count(*) filter (where not is_present) as absent,
        count(*) filter (where is_present is null) as unchecked,
        count(*) filter (where not is_present and absence_reason is null) as unexplained,
        count(*) filter (
          where not is_present and absence_reason is not null and leave_until <= ${now.toISOString()}::timestamptz
        ) as overdue
      from public.patrol_entries
      where patrol_entries.patrol_id = patrols.patrol_id
    ) as entries
    group by building, entrance, status, evening
  `;
}
