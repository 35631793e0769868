import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import pg from 'pg';
import { startTestService, type TestCampus } from './campus.ts';
import { type RestClient, restClient } from './rest-client.ts';

/** Two evenings that go, and one that stays. */
export const [FIRST, SECOND, LAST] = ['2025-09-01', '2025-09-02', '2025-11-30'];
export const BEFORE = ['--before', '2025-10-01'];
const place = { building: '8', entrance: 2 };

/** A service with three evenings that were walked, and a folder for the files of each test of a file. */
export function archiveStage() {
  let campus: Awaited<ReturnType<typeof startTestService>>;
  let call: RestClient;
  let archive: ReturnType<typeof archiveCommand>;
  let folder: string;

  beforeAll(async () => {
    campus = await startTestService();
    call = await restClient(campus.url);
    archive = archiveCommand(campus);
  });
  afterAll(() => campus.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patrol-archive-'));
    for (const date of [FIRST, SECOND, LAST]) await walked(date);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await campus.sql(`
      alter table audit_trail disable trigger user;
      delete from audit_trail;
      alter table audit_trail enable trigger user;
      set session_replication_role = replica;
      delete from patrol_entries; delete from patrols; delete from patrol_counts;
      set session_replication_role = origin
    `);
  });

  async function started(date: string | undefined, entrance = 2) {
    const { body } = await call('POST', '/patrols', { body: { date, ...place, entrance } });
    const [entry] = body.entries.filter((one: { is_present: unknown }) => one.is_present === null);
    return { id: body.patrol_id as string, path: `/patrols/${body.patrol_id}`, entry };
  }

  /** A patrol with a mark that was handed in. */
  async function walked(date: string | undefined, entrance = 2) {
    const patrol = await started(date, entrance);
    await call('PATCH', `${patrol.path}/${patrol.entry.patrol_entry_id}`, {
      body: { is_present: false, absence_reason: 'уехал\nдомой "сам"' },
    });
    await call('PATCH', patrol.path, { body: { status: 'completed' } });
    return patrol;
  }

  const datesOf = async (table: string) => {
    const rows = await campus.sql<{ date: string }>(
      `select distinct to_char(date, 'YYYY-MM-DD') as date from ${table} where ${table === 'patrols' ? 'true' : "action not like 'evening%'"} order by 1`,
    );
    return rows.map(({ date }) => date);
  };

  /** A connection of somebody else, who closes it. */
  async function other() {
    const client = new pg.Client({ connectionString: campus.environment.DATABASE_URL });
    await client.connect();
    return client;
  }
  return {
    ...{ started, walked, datesOf, other },
    files: async () => (await readdir(folder)).toSorted(),
    get campus() {
      return campus;
    },
    get call() {
      return call;
    },
    get archive() {
      return archive;
    },
    get folder() {
      return folder;
    },
  };
}

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
