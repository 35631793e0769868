import type pg from 'pg';

/** Takes an advisory lock until the connection ends, if nobody holds it. @returns whether it was taken. */
export async function tryAdvisoryLock(client: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ is_locked: boolean }>(
    'select pg_catalog.pg_try_advisory_lock($1) as is_locked',
    [lock],
  );
  return rows[0]?.is_locked === true;
}
