import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commit } from 'graphile-migrate';
import { clearAllPools } from 'graphile-migrate/dist/pgReal.js';
import { MIGRATIONS } from '../../lib/database/migrations.ts';
import { ensureDatabase, startEmbeddedPostgres } from './postgres.ts';

/** `npm run migration:commit`: graphile-migrate's commit, on a throw-away PostgreSQL for the shadow database it asks for. */
async function main(): Promise<void> {
  const message = process.argv[2];
  if (!message) throw new Error('usage: npm run migration:commit -- "what it does"');
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-migration-'));
  const postgres = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: false });
  try {
    for (const name of ['patrol_db', 'patrol_shadow']) await ensureDatabase(postgres, name);
    const settings = {
      connectionString: postgres.url('patrol_db'),
      shadowConnectionString: postgres.url('patrol_shadow'),
      rootConnectionString: postgres.url('postgres'),
      migrationsFolder: MIGRATIONS,
    };
    await commit(settings, message);
  } finally {
    // Else graphile-migrate's lingering pool ends the process when PostgreSQL stops under it.
    clearAllPools();
    await postgres.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${Error.isError(error) ? error.message : String(error)}\n`);
  process.exit(1);
});
