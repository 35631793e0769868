/** The service's own statements, as PostgreSQL gets them, in the plain text that `pg` takes. */

const utc = (column: string) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

const PATROL = `patrol_id, to_char(date, 'YYYY-MM-DD') as date, building, entrance, status, patrol_by,
  ${utc('started_at')}, ${utc('submitted_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

const ENTRY = `patrol_entry_id, patrol_id, user_id, room, is_present, absence_reason,
  ${utc('checked_at')}, ${utc('created_at')}, ${utc('updated_at')}`;

const AUTHOR = (user: string, trace: string) =>
  `author as materialized (select set_config('patrol.user_id', ${user}, true), set_config('patrol.trace_id', ${trace}, true), set_config('patrol.deadline', '', true))`;

const COUNTED = 'coalesce(sum(patrols), 0)::int from patrol_counts';

/** $1: size, $2: page; then what the condition takes. */
export const listWhere = (condition: string, total = COUNTED) => `
  select
    (select ${total} where ${condition}) as total,
    coalesce((select json_agg(patrol) from (
      select ${PATROL} from patrols where ${condition}
      order by patrols.date desc, patrols.created_at desc, patrols.patrol_id desc
      limit $1::bigint offset ($2::bigint - 1) * $1::bigint
    ) as patrol), '[]') as items`;

export const LIST = listWhere('true');

/** $1: the patrol. */
export const READ = `
  select ${PATROL}, coalesce((
    select json_agg(entry) from (
      select ${ENTRY} from patrol_entries where patrol_entries.patrol_id = patrols.patrol_id
    ) as entry
  ), '[]') as entries
  from patrols where patrol_id = $1`;

/** $1: who marks, $2: trace, $3: the patrol, $4: present, $5: reason, $6: the entry. */
export const MARK = `
  with ${AUTHOR('$1', '$2')}, patrol as materialized (
    select patrol_id, status from patrols cross join author where patrol_id = $3 for share of patrols
  ), changed as (
    update patrol_entries
    set is_present = $4, absence_reason = $5, checked_at = clock_timestamp()
    from patrol
    where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = $6 and patrol.status = 'in_progress'
    returning patrol_entries.*
  )
  select status, exists (
    select from patrol_entries where patrol_entries.patrol_id = patrol.patrol_id and patrol_entry_id = $6
  ) as found, (select row_to_json(entry) from (select ${ENTRY} from changed) as entry) as entry
  from patrol`;

/** $1: who starts, $2: trace, $3: date, $4: building, $5: entrance, $6–$9: user ids, rooms, presence, reasons. */
export const START = `
  with ${AUTHOR('$1', '$2')}, patrol as (
    insert into patrols (date, building, entrance, patrol_by)
    select $3::date, $4, $5::smallint, $1::uuid from author
    on conflict (date, building, entrance) do nothing
    returning *
  ), listed as (
    insert into patrol_entries (patrol_id, user_id, room, is_present, absence_reason)
    select patrol.patrol_id, minor.*
    from patrol cross join unnest($6::uuid[], $7::varchar[], $8::bool[], $9::text[]) as minor
    returning *
  )
  select ${PATROL}, coalesce((
    select json_agg(entry) from (select ${ENTRY} from listed) as entry
  ), '[]') as entries
  from patrol`;
