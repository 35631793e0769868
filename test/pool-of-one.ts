import { sql } from 'slonik';
import { openPool, type Pool } from '../lib/database/pool.ts';
import type { TestCampus } from './campus.ts';

/** How long a query of a test waits at most. */
export const LIMIT_MS = 10_000;

/** Opens a pool with one place, so that whoever comes second waits. */
export function openPoolOfOne(
  { surroundings: { telemetry } }: Pick<TestCampus, 'surroundings'>,
  url: string,
  limitMs = LIMIT_MS,
): Promise<Pool> {
  return openPool({ url, poolSize: 1, limitMs, telemetry, validatesRows: false });
}

/** Runs SQL as it is written, and returns its rows: one, or none. */
export async function run(pool: Pool, text: string, withinMs = LIMIT_MS): Promise<unknown[]> {
  const row = await pool.maybeOne({ ...sql.unsafe`select`, sql: text }, withinMs);
  return row === null ? [] : [row];
}
