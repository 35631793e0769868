import type pg from 'pg';

/**
 * The limits that a database, a role or `options` may set for others, and that long work must not have. PostgreSQL 17 has
 * one that older versions do not know.
 */
const LIMITS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

/** Lifts the limits of a session, and returns what it set, by name. It must not be a pooler's session. */
export async function liftLimits(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `select name, pg_catalog.set_config(name, '0', false) as value
    from pg_catalog.pg_settings
    where name = any($1::text[])`,
    [LIMITS],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
