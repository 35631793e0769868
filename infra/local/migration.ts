import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commit, migrate, uncommit } from 'graphile-migrate';
import { clearAllPools } from 'graphile-migrate/dist/pgReal.js';
import pg from 'pg';
import { endWithUsage } from '../../lib/bin/usage.ts';
import { MIGRATIONS } from '../../lib/database/migrations.ts';
import { ensureDatabase, startEmbeddedPostgres } from './postgres.ts';

endWithUsage(`npm run migration:commit -- "what it does"
npm run migration:uncommit
Turns migrations/current.sql into a committed migration, and back while it is not in git: migrations/README.md.`);

type Settings = Parameters<typeof commit>[0];

const USAGE = 'usage: npm run migration:commit -- "what it does", or npm run migration:uncommit';

/** What `current.sql` says when there is no next migration. */
const NO_MIGRATION =
  '-- The next migration is written here, and committed with `npm run migration:commit -- "what it does"`.\n';

/** `npm run migration:commit` and `migration:uncommit`: graphile-migrate's own commands, on a throw-away PostgreSQL. */
async function main([command, message]: readonly string[]): Promise<void> {
  if (command === 'commit' && message) return onThrowAway((settings) => commit(settings, message));
  if (command !== 'uncommit') throw new Error(USAGE);
  await refuseLanded();
  return onThrowAway(async (settings) => {
    await migrate(settings);
    await uncommit(settings);
  });
}

/** @throws when the last migration is in git: databases may have it, and would never see what it becomes. */
async function refuseLanded(): Promise<void> {
  const committed = join(MIGRATIONS, 'committed');
  const last = (await readdir(committed)).toSorted().at(-1) ?? '';
  const landed = execFileSync('git', ['ls-tree', '--name-only', 'HEAD', last], {
    cwd: committed,
    encoding: 'utf8',
  });
  if (landed.trim() === last) throw new Error(`${last} is in git: write the next migration instead`);
}

async function onThrowAway(work: (settings: Settings) => Promise<void>): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-migration-'));
  const postgres = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: false });
  try {
    for (const name of ['patrol_db', 'patrol_shadow']) await ensureDatabase(postgres, name);
    await work({
      connectionString: postgres.url('patrol_db'),
      shadowConnectionString: postgres.url('patrol_shadow'),
      rootConnectionString: postgres.url('postgres'),
      migrationsFolder: MIGRATIONS,
      blankMigrationContent: NO_MIGRATION,
    });
  } finally {
    // Else graphile-migrate's lingering pools end the process with 1 when PostgreSQL stops under them.
    clearAllPools();
    await untilAllLeft(postgres.url('postgres'));
    await postgres.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Waits until nobody else is connected: pools that were told to end do so when they come to it. */
async function untilAllLeft(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const others = `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  while ((await client.query(others)).rowCount !== 0) await pause(5);
  await client.end();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exit(1);
});
