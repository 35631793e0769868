import { sql } from 'slonik';
import Type from 'typebox';
import type { Reach } from '../auth/reach.ts';
import type { CampusDate } from '../campus-types.ts';
import type { Reads } from '../database/read-replica.ts';
import { rowSchema } from '../database/row-schema.ts';
import { ListedPatrol } from './evening-schemas.ts';
import { cursorOf, ListPosition, positionOf } from './list-position.ts';
import { asksForDates, matching, type PatrolFilter } from './patrol-filter.ts';
import { Patrol, type PatrolPage } from './schemas.ts';
import { ENTRY_COUNTS, PATROL_SHAPE } from './shapes.ts';

/** The part of a list to return: a page by number, or what follows a position. */
export interface ListPart {
  readonly size: number;
  readonly page: number;
  /** A `next` of ours; `page` is then ignored. */
  readonly after?: string | undefined;
}

/** The triggers on patrols count by every field of the filter except dates, which have few patrols each. */
const COUNTED_BY_TRIGGERS = sql.fragment`coalesce(sum(patrols), 0)::int from public.patrol_counts`;
const COUNTED = sql.fragment`count(*)::int from public.patrols`;
/** Qualified by the table: the shape has text columns of the same names, in milliseconds. */
const NEWEST_FIRST = sql.fragment`listed.date desc, listed.created_at desc, listed.patrol_id desc`;

/** A row of `listed`, with the counts of its entries. */
const COUNTED_SHAPE = sql.fragment`
  ${PATROL_SHAPE},
  counted.*
`;
const WITH_COUNTS = sql.fragment`cross join lateral (
  select ${ENTRY_COUNTS}
  from public.patrol_entries
  where patrol_entries.patrol_id = listed.patrol_id
) as counted`;

const Listed = Type.Object({
  items: Type.Array(Patrol),
  total: Type.Integer(),
  last: Type.Union([ListPosition, Type.Null()]),
});

/** Returns a part of the list, newest first, empty past the end. @throws FORBIDDEN beyond the caller's reach. */
export async function listPatrols(
  reads: Reads,
  reach: Reach,
  asked: PatrolFilter,
  { size, page, after }: ListPart,
): Promise<PatrolPage> {
  const filter = reach.narrow(asked);
  const { name, condition } = matching(filter);
  const position = after === undefined ? null : positionOf(after);
  const found = await reads.maybeOne(sql.prepared(
    `list_patrols${name}${position ? '_after' : ''}`,
    rowSchema(Listed),
  )`
    with listed as materialized (
      select * from public.patrols as listed
      where ${condition} and ${position ? afterPosition(position) : sql.fragment`true`}
      order by ${NEWEST_FIRST}
      limit ${size}::bigint + 1 offset (${position ? 1 : page}::bigint - 1) * ${size}::bigint
    ), page as (
      select * from listed order by ${NEWEST_FIRST} limit ${size}::bigint
    )
    select
      (select ${asksForDates(filter) ? COUNTED : COUNTED_BY_TRIGGERS} where ${condition}) as total,
      coalesce((select json_agg(patrol) from (
        select ${COUNTED_SHAPE} from page as listed ${WITH_COUNTS} order by ${NEWEST_FIRST}
      ) as patrol), '[]') as items,
      case when (select count(*) from listed) > ${size}::bigint then (
        select json_build_object(
          'date', to_char(date, 'YYYY-MM-DD'),
          'created_at', (extract(epoch from created_at) * 1000000)::bigint::text,
          'patrol_id', patrol_id
        )
        from page order by date, created_at, patrol_id limit 1
      ) end as last
  `);
  const { items, total, last } = found ?? { items: [], total: 0, last: null };
  return {
    ...{ items, total, page: position ? null : page, size, pages: Math.ceil(total / size) },
    next: last && cursorOf(last),
  };
}

function afterPosition({ date, created_at, patrol_id }: ListPosition) {
  return sql.fragment`(date, created_at, patrol_id) < (
        ${date}::date,
        timestamptz 'epoch' + ${created_at}::bigint * interval '1 microsecond',
        ${patrol_id}::uuid
      )`;
}

const ListedOfDate = Type.Object({ patrols: Type.Array(Patrol) });

/** Returns all patrols of a date, unpaged, in the list's order. @throws FORBIDDEN beyond the caller's reach. */
export async function listPatrolsOfDate(
  reads: Reads,
  reach: Reach,
  filter: PatrolFilter & { readonly date: CampusDate },
): Promise<Patrol[]> {
  const { name, condition } = matching(reach.narrow(filter));
  const found = await reads.maybeOne(sql.prepared(`patrols_of_date${name}`, rowSchema(ListedOfDate))`
    select coalesce(json_agg(patrol), '[]') as patrols from (
      select ${COUNTED_SHAPE}
      from (select * from public.patrols where ${condition}) as listed ${WITH_COUNTS}
      order by ${NEWEST_FIRST}
    ) as patrol
  `);
  return found?.patrols ?? [];
}

const ListsOfDate = Type.Object({ patrols: Type.Array(ListedPatrol) });

/** Returns the patrols of a date, each with the students on its list. @throws FORBIDDEN beyond the caller's reach. */
export async function patrolListsOf(reads: Reads, reach: Reach, date: CampusDate): Promise<ListedPatrol[]> {
  const { name, condition } = matching(reach.narrow<PatrolFilter>({ date }));
  const found = await reads.maybeOne(sql.prepared(`lists_of_date${name}`, rowSchema(ListsOfDate))`
    select coalesce(json_agg(patrol), '[]') as patrols from (
      select ${COUNTED_SHAPE}, array(
        select user_id from public.patrol_entries where patrol_entries.patrol_id = listed.patrol_id
      ) as user_ids
      from (select * from public.patrols where ${condition}) as listed ${WITH_COUNTS}
      order by ${NEWEST_FIRST}
    ) as patrol
  `);
  return found?.patrols ?? [];
}
