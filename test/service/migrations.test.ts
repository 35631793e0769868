import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { MIGRATIONS, migrateDatabase } from '../../lib/database/migrations.ts';
import { cloneTemplate } from '../campus.ts';
import { otherMigrations, removeOtherMigrations } from '../other-migrations.ts';

const log = pino({ level: 'silent' });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patrol-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
});
afterAll(() => Promise.all([rm(folder, { recursive: true }), removeOtherMigrations()]));

async function tablesOf(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname = 'public' order by 1",
  );
  await client.end();
  return rows.map(({ tablename }) => tablename);
}

test('five replicas that start at once on an empty database all come up, and it is migrated once', async () => {
  const databaseUrl = await cloneTemplate('template0');
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase({ databaseUrl, log })));
  expect(await tablesOf(databaseUrl)).toEqual(['audit_trail', 'patrol_counts', 'patrol_entries', 'patrols']);
});

test('replicas that start at once wait for an index that is built concurrently, and not it for them', async () => {
  const { length } = await readdir(join(MIGRATIONS, 'committed'));
  const withIndex = await otherMigrations({
    [String(length + 1).padStart(6, '0')]:
      '--! no-transaction\ncreate index concurrently by_whom on public.patrols (patrol_by);',
  });
  const databaseUrl = await cloneTemplate();
  const start = () => migrateDatabase({ databaseUrl, folder: withIndex, log });
  await Promise.all([start(), start(), start()]);
  // Once more, to hold the file against what was applied.
  await start();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    "select indisvalid from pg_index where indexrelid = 'by_whom'::regclass",
  );
  await client.end();
  expect(rows).toEqual([{ indisvalid: true }]);
});

test('a database that is up to date is left as it is', async () => {
  const databaseUrl = await cloneTemplate();
  await migrateDatabase({ databaseUrl, log });
  await migrateDatabase({ databaseUrl, log });
  expect(await tablesOf(databaseUrl)).toEqual(['audit_trail', 'patrol_counts', 'patrol_entries', 'patrols']);
});

test('a committed migration that was edited after it had been applied is refused by name', async () => {
  const databaseUrl = await cloneTemplate();
  const [file = ''] = await readdir(join(folder, 'committed'));
  const path = join(folder, 'committed', file);
  const original = await readFile(path, 'utf8');
  await writeFile(path, original.replace('varchar(10)', 'varchar(20)'));
  await expect(migrateDatabase({ databaseUrl, folder, log })).rejects.toThrow(`${file} was edited`);
  await writeFile(path, original);
  await expect(migrateDatabase({ databaseUrl, folder, log })).resolves.toBeUndefined();
});

test('the tables themselves refuse what the service must never write', async () => {
  const client = new pg.Client({ connectionString: await cloneTemplate() });
  await client.connect();
  const patrolBy = '99999999-0000-4000-8000-000000000001';
  const refused = (sql: string) => expect(client.query(sql)).rejects.toMatchObject({ code: '23514' });
  const patrol = (columns: string, values: string) =>
    `insert into patrols (patrol_by, date, ${columns}) values ('${patrolBy}', '2025-12-01', ${values})`;
  await refused(patrol('building, entrance', "'', 1"));
  await refused(patrol('building, entrance', "'8', -1"));
  await refused(patrol('building, entrance, status', "'8', 1, 'completed'"));
  await refused(patrol('building, entrance, status', "'8', 1, 'lost'"));
  await client.query(patrol('building, entrance', "'8', 1"));
  const entry = (columns: string, values: string) =>
    `insert into patrol_entries (patrol_id, user_id, room, ${columns}) select patrol_id, '${patrolBy}', '1', ${values} from patrols`;
  await refused(entry('is_present, absence_reason', "true, 'дома'"));
  await refused(entry('absence_reason', "'дома'"));
  await client.end();
});
