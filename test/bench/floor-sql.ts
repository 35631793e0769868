/**
 * The service's own statements in the plain text that `pg` takes (floor-sql.test.ts compares them). Slonik numbers a
 * value anew each time that it is used; here only a mark does, whose cost is nearest to its budget.
 */

const utc = (column: string) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

const PATROL = `patrol_id, to_char(date, 'YYYY-MM-DD') as date, building, entrance, status, patrol_by,
  ${utc('started_at')}, ${utc('submitted_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

const ENTRY = `patrol_entry_id, patrol_id, user_id, room, is_present, absence_reason,
  ${utc('leave_until')}, ${utc('checked_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

/** $1: who changes, $2: trace, $3: deadline. */
const AUTHOR = `author as materialized (
    select
      set_config('patrol.user_id', $1, true),
      set_config('patrol.trace_id', $2, true),
      set_config('patrol.deadline', $3, true)
  )`;

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
      select ${PATROL}, counted.*
      from page as listed cross join lateral (
        select
          count(*)::int as entries_count,
          (count(*) filter (where is_present))::int as present_count,
          (count(*) filter (where not is_present))::int as absent_count,
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
const WITHIN = (anywhere: string, building: string, entrance: string) =>
  `(${anywhere}::text is null or (patrols.building = ${building}::text and patrols.entrance = ${entrance}::smallint))`;

/** $1: the patrol, $2, $3: a reach. */
export const READ = `
  select ${PATROL}, coalesce((
    select json_agg(entry) from (
      select ${ENTRY} from public.patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
    ) as entry
  ), '[]') as entries
  from public.patrols where patrol_id = $1 and ${WITHIN('$2', '$2', '$3')}`;

/** $1–$3: as in AUTHOR, $4: the patrol, $5–$7: a reach, $8, $10: present, $9: reason, $11, $12: the entry. */
export const MARK = `
  with ${AUTHOR}, patrol as materialized (
    select patrol_id, status, patrol_by, true as is_met, null::text as version_before
    from public.patrols cross join author
    where patrol_id = $4 and ${WITHIN('$5', '$6', '$7')}
    for share of patrols
  ), changed as (
    update public.patrol_entries
    set
      is_present = $8::bool,
      absence_reason = $9,
      checked_at = case when $10::bool is not null then clock_timestamp() end
    from patrol
    where patrol_entry_id = $11 and patrol_entries.patrol_id = patrol.patrol_id and patrol.status = 'in_progress'
    returning patrol_entries.*
  ), changed_entry as (
    select row_to_json(entry) as entry from (select ${ENTRY} from changed) as entry
  )
  select status, entry, case when entry is null then public.entry_version(patrol_id, $12) end as version
  from patrol left join changed_entry on true`;

/** $1–$3: as in AUTHOR, $4: date, $5: building, $6: entrance, $7–$11: user ids, rooms, presence, reasons, leaves. */
export const START = `
  with ${AUTHOR}, patrol as (
    insert into public.patrols (date, building, entrance, patrol_by)
    select $4::date, $5, $6::smallint, $1::uuid from author
    on conflict (date, building, entrance) do nothing
    returning *
  ), listed as (
    insert into public.patrol_entries (patrol_id, user_id, room, is_present, absence_reason, leave_until)
    select patrol.patrol_id, minor.*
    from patrol cross join unnest($7::uuid[], $8::varchar[], $9::bool[], $10::text[], $11::timestamptz[]) as minor
    returning *
  )
  select
    (select row_to_json(started) from (select ${PATROL} from patrol) as started) as started,
    coalesce((select json_agg(entry) from (select ${ENTRY} from listed) as entry), '[]') as entries,
    case when not exists (select from patrol) then
      public.patrol_of_place($4::date, $5::text, $6::int)
    end as existing`;
