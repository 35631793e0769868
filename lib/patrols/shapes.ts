import { sql } from 'slonik';
import type { Reach } from '../auth/reach.ts';

/** Returns a timestamptz as text: ISO 8601, UTC, milliseconds, `Z`. @param column its name, after that of its row. */
export function utc(...column: readonly string[]) {
  return sql.fragment`to_char(${sql.identifier([...column])} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The columns of `patrols`, named and formatted as in the contract. */
export const PATROL_SHAPE = sql.fragment`
  patrol_id,
  to_char(date, 'YYYY-MM-DD') as date,
  building,
  entrance,
  status,
  patrol_by,
  ${utc('started_at')} as started_at,
  ${utc('submitted_at')} as submitted_at,
  ${utc('created_at')} as created_at,
  ${utc('updated_at')} as updated_at
`;

/** The columns of `patrol_entries`, named and formatted as in the contract. */
export const ENTRY_SHAPE = sql.fragment`
  patrol_entry_id,
  patrol_id,
  user_id,
  room,
  is_present,
  absence_reason,
  ${utc('leave_until')} as leave_until,
  ${utc('checked_at')} as checked_at,
  ${utc('created_at')} as created_at,
  ${utc('updated_at')} as updated_at
`;

/** How many rows of `patrol_entries` there are, by what they say. */
export const ENTRY_COUNTS = sql.fragment`
  count(*)::int as entries_count,
  (count(*) filter (where is_present))::int as present_count,
  (count(*) filter (where not is_present))::int as absent_count,
  (count(*) filter (where is_present is null))::int as unchecked_count
`;

/** Returns the version of a row of `patrol_entries`, its time of change; as the function `entry_version` does. */
export function entryVersion(row: string) {
  return utc(row, 'updated_at');
}

/** Returns the condition that a row of `patrols` is within a caller's reach; one text for every reach. */
export function within({ only }: Reach) {
  const { building, entrance } = only ?? { building: null, entrance: null };
  return sql.fragment`(
    ${building}::text is null
    or (patrols.building = ${building}::text and patrols.entrance = ${entrance}::smallint)
  )`;
}
