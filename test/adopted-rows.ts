import { CREATED, type OldDatabase, UPDATED } from './old-database.ts';

/** Returns a time of old-database.ts as PostgreSQL writes it into JSON: to the microsecond. */
export const written = (time: string): string => time.replace('Z', '+00:00');

/** When the rows of old-database.ts were made and changed, unless a test says otherwise. */
export const TIMES = { created_at: written(CREATED), updated_at: written(UPDATED) };

type Row = Readonly<Record<string, unknown>>;

export async function patrolOf({ sql }: OldDatabase, id: string): Promise<Row | undefined> {
  const [found] = await sql<{ row: Row }>(
    'select to_jsonb(patrols) as row from public.patrols where patrol_id = $1',
    [id],
  );
  return found?.row;
}

export async function entryOf({ sql }: OldDatabase, id: string): Promise<Row | undefined> {
  const [found] = await sql<{ row: Row }>(
    'select to_jsonb(patrol_entries) as row from public.patrol_entries where patrol_entry_id = $1',
    [id],
  );
  return found?.row;
}

/** Returns what the audit trail says of an entry, or of a patrol itself. */
export function trailOf({ sql }: OldDatabase, id: string): Promise<Row[]> {
  return sql(
    `select action, patrol_id, patrol_entry_id, user_id, trace_id, before, after
    from public.audit_trail
    where coalesce(patrol_entry_id, patrol_id) = $1
    order by audit_id`,
    [id],
  );
}
