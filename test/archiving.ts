import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestCampus } from './campus.ts';

/** Runs the archive command on a campus's database, in a process of its own. */
export function archiveCommand({ environment }: Pick<TestCampus, 'environment'>) {
  return (...args: string[]) =>
    promisify(execFile)(process.execPath, ['lib/bin/archive.ts', ...args], {
      env: { PATH: process.env.PATH, DATABASE_URL: environment.DATABASE_URL, LOG_LEVEL: 'error' },
    });
}

/** Gives everything that archiving takes, as text in a stable order. The records of archiving itself are not in it. */
export async function everythingOf({ sql }: Pick<TestCampus, 'sql'>): Promise<string[]> {
  const rows = await sql<{ row: string }>(`
    select row from (
      select 1 as part, to_jsonb(t)::text as row from patrols as t
      union all select 2, to_jsonb(t)::text from patrol_entries as t
      union all select 3, to_jsonb(t)::text from audit_trail as t where action not like 'evening%'
    ) as everything order by part, row
  `);
  return rows.map(({ row }) => row);
}
