import type { TestCampus } from './campus.ts';

/** Resolves once so many statements on a campus's database wait for a lock. */
export async function untilWaiting({ sql }: Pick<TestCampus, 'sql'>, expected: number): Promise<void> {
  for (let waiting = 0; waiting < expected; ) {
    const found = await sql(
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    waiting = found.length;
  }
}
