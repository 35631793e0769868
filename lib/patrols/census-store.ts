import { sql } from 'slonik';
import Type, { type Static } from 'typebox';
import type { CampusDate } from '../campus-types.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import { Building, Entrance, PatrolStatus } from './schemas.ts';

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

const Census = Type.Object({ census: Type.Array(CensusRow) });

/** Counts the evening's patrols and entries. */
export interface CensusStore {
  /** Counts tonight's patrols, and all others that were not handed in. @param now by when a leave is overdue. */
  take(tonight: CampusDate, now: Date): Promise<CensusRow[]>;
}

export function createCensusStore(reads: Reads): CensusStore {
  return { take: (tonight, now) => takeCensus(reads, tonight, now) };
}

async function takeCensus(reads: Reads, tonight: CampusDate, now: Date): Promise<CensusRow[]> {
  const found = await reads.maybeOne(sql.prepared('census', rowSchema(Census))`
    select coalesce(json_agg(counted), '[]') as census from (
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
      from public.patrols cross join lateral (
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
      where date = ${tonight}::date or status = 'in_progress'
      group by building, entrance, status, evening
    ) as counted
  `);
  return found?.census ?? [];
}
