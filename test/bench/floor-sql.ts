/** The service's own statements, as PostgreSQL gets them, in the plain text that `pg` takes. */

const utc = (column: string) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

const PATROL = `patrol_id, to_char(date, 'YYYY-MM-DD') as date, building, entrance, status, patrol_by,
  ${utc('started_at')}, ${utc('submitted_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

const ENTRY = `patrol_entry_id, patrol_id, user_id, room, is_present, absence_reason,
  ${utc('leave_until')}, ${utc('checked_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

const AUTHOR = (user: string, trace: string) =>
  `author as materialized (select set_config('patrol.user_id', ${user}, true), set_config('patrol.trace_id', ${trace}, true), set_config('patrol.deadline', '', true))`;

const COUNTED = 'coalesce(sum(patrols), 0)::int from public.patrol_counts';
const NEWEST_FIRST = 'listed.date desc, listed.created_at desc, listed.patrol_id desc';

/** $1: size, $2: page; then what the condition takes. */
export const listWhere = (condition: string, total = COUNTED) => `
  with listed as materialized (
    select * from public.patrols as listed where ${condition} and true
    order by ${NEWEST_FIRST}
    limit $1::bigint + 1 offset ($2::bigint - 1) * $1::bigint
  ), page as (
    select * from listed order by ${NEWEST_FIRST} limit $1::bigint
  )
  select
    (select ${total} where ${condition}) as total,
    coalesce((select json_agg(patrol) from (
      select ${PATROL}, entries_count, present_count,
        entries_count - present_count - unchecked_count as absent_count, unchecked_count
      from page as listed cross join lateral (
        select
          count(*)::int as entries_count,
          (count(*) filter (where is_present))::int as present_count,
          (count(*) filter (where is_present is null))::int as unchecked_count
        from public.patrol_entries where patrol_entries.patrol_id = listed.patrol_id
      ) as counted
      order by ${NEWEST_FIRST}
    ) as patrol), '[]') as items,
    case when (select count(*) from listed) > $1::bigint then (
      select json_build_object(
        'date', to_char(date, 'YYYY-MM-DD'),
        'created_at', (extract(epoch from created_at) * 1000000)::bigint::text,
        'patrol_id', patrol_id
      )
      from page order by date, created_at, patrol_id limit 1
    ) end as last`;

export const LIST = listWhere('true');

/** What lies within a reach; null for the whole campus. */
const WITHIN = (building: string, entrance: string) =>
  `(${building}::text is null or (patrols.building = ${building}::text and patrols.entrance = ${entrance}::smallint))`;

/** $1: the patrol, $2, $3: a reach. */
export const READ = `
  select ${PATROL}, coalesce((
    select json_agg(entry) from (
      select ${ENTRY} from public.patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
    ) as entry
  ), '[]') as entries
  from public.patrols where patrol_id = $1 and ${WITHIN('$2', '$3')}`;

/** $1: who marks, $2: trace, $3: the patrol, $4: present, $5: reason, $6: the entry, $7, $8: a reach. */
export const MARK = `
  with ${AUTHOR('$1', '$2')}, patrol as materialized (
    select patrol_id, status from public.patrols cross join author
    where patrol_id = $3 and ${WITHIN('$7', '$8')} for share of patrols
  ), changed as (
    update public.patrol_entries
    set is_present = $4::bool, absence_reason = $5,
      checked_at = case when $4::bool is not null then clock_timestamp() end
    from patrol
    where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = $6 and patrol.status = 'in_progress'
    returning patrol_entries.*
  )
  select status, exists (
    select from public.patrol_entries where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = $6
  ) as found, (select row_to_json(entry) from (select ${ENTRY} from changed) as entry) as entry
  from patrol`;

/** $1: who starts, $2: trace, $3: date, $4: building, $5: entrance, $6–$10: user ids, rooms, presence, reasons, leaves. */
export const START = `
  with ${AUTHOR('$1', '$2')}, patrol as (
    insert into public.patrols (date, building, entrance, patrol_by)
    select $3::date, $4, $5::smallint, $1::uuid from author
    on conflict (date, building, entrance) do nothing
    returning *
  ), listed as (
    insert into public.patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until)
    select patrol.patrol_id, minor.*
    from patrol cross join unnest($6::uuid[], $7::varchar[], $8::bool[], $9::text[], $10::timestamptz[]) as minor
    returning *
  )
  select
    (select row_to_json(started) from (select ${PATROL} from patrol) as started) as started,
    coalesce((select json_agg(entry) from (select ${ENTRY} from listed) as entry), '[]') as entries,
    case when not exists (select from patrol) then
      public.patrol_of_place($3::date, $4::text, $5::int)
    end as existing`;
