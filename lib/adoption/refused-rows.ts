import type pg from 'pg';
import { ConfigError } from '../config.ts';

/** Counts the rows that the new tables would refuse. @throws {ConfigError} naming each kind, with its count. */
export async function expectAcceptableRows(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ what: string; rows: number }>(
    `select what, rows::int from (${REFUSED}) as refused where rows > 0`,
  );
  if (rows.length === 0) return;
  const list = rows.map(({ what, rows: number }) => `${what} (rows: ${number})`).join('; ');
  throw new ConfigError(`These rows cannot be kept as they are, and nothing was changed: ${list}.`);
}

const REFUSED = `
  select 'patrols whose status is neither in_progress nor completed' as what, count(*) as rows
  from alembic.patrols
  where status is null or status not in ('in_progress', 'completed')
  union all
  select 'patrols without patrol_id, date, building, entrance or patrol_by', count(*)
  from alembic.patrols
  where num_nulls(patrol_id, date, building, entrance, patrol_by) > 0
  union all
  select 'patrols whose date is no day of the years 1 to 9999', count(*)
  from alembic.patrols
  where date not between '0001-01-01' and '9999-12-31'
  union all
  select 'patrols whose building is empty', count(*) from alembic.patrols where building = ''
  union all
  select 'patrols whose entrance is below zero', count(*) from alembic.patrols where entrance < 0
  union all
  select 'patrols with the same patrol_id', count(*)
  from (select count(*) over (partition by patrol_id) as alike from alembic.patrols) as patrols
  where alike > 1
  union all
  select 'patrols with the same date, building and entrance', count(*)
  from (select count(*) over (partition by date, building, entrance) as alike from alembic.patrols) as patrols
  where alike > 1
  union all
  select 'entries without patrol_entry_id, patrol_id or user_id', count(*)
  from alembic.patrol_entries
  where num_nulls(patrol_entry_id, patrol_id, user_id) > 0
  union all
  select 'entries of no patrol', count(*)
  from alembic.patrol_entries
  where not exists (select from alembic.patrols where patrols.patrol_id = patrol_entries.patrol_id)
  union all
  select 'entries with the same patrol_entry_id', count(*)
  from (select count(*) over (partition by patrol_entry_id) as alike from alembic.patrol_entries) as entries
  where alike > 1
  union all
  select 'entries of the same student in the same patrol', count(*)
  from (select count(*) over (partition by patrol_id, user_id) as alike from alembic.patrol_entries) as entries
  where alike > 1
`;
