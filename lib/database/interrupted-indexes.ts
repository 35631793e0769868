import pg from 'pg';
import type { Logger as Log } from 'pino';

const INVALID = `
  select relname as name
  from pg_catalog.pg_index join pg_catalog.pg_class on pg_class.oid = pg_index.indexrelid
  where not indisvalid and relnamespace = 'public'::regnamespace
`;

/**
 * Drops what an interrupted `create index concurrently` of a pending migration left: an index that is not valid, under
 * the name that the migration is about to use. The caller holds the migration lock.
 * @param pending the texts of the migrations that were not applied yet
 */
export async function dropInterruptedIndexes(
  client: pg.Client,
  pending: readonly string[],
  log: Log,
): Promise<void> {
  if (!pending.some((text) => text.includes('--! no-transaction'))) return;
  const { rows } = await client.query<{ name: string }>(INVALID);
  for (const { name } of rows) {
    if (!pending.some((text) => text.includes(name))) continue;
    log.warn({ index: name }, 'dropping the index of a migration that was interrupted');
    await client.query(`drop index concurrently if exists public.${pg.escapeIdentifier(name)}`);
  }
}
