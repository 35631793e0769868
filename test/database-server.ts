import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { runStatement } from '../infra/local/one-statement.ts';
import { ensureDatabase, startEmbeddedPostgres } from '../infra/local/postgres.ts';
import { migrateDatabase } from '../lib/database/migrations.ts';

/** The migrated database that every service test gets a clone of. */
export const TEMPLATE = 'patrol_template';

declare global {
  /** Set by the global set-up for the global teardown, which jest runs in the same process. */
  var stopDatabaseServer: (() => Promise<void>) | undefined;
}

/** jest's global set-up: one PostgreSQL server for the run, with a migrated template. Tests find it by TEST_POSTGRES_PORT. */
export default async function startDatabaseServer(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-test-'));
  const postgres = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: false });
  globalThis.stopDatabaseServer = async () => {
    await postgres.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    // Statistics that come in the midst of a test change plans, and with them the order of what one statement records.
    const address = { connectionString: postgres.url('postgres') };
    await runStatement(address, 'alter system set autovacuum = off');
    await runStatement(address, 'select pg_reload_conf()');
    await ensureDatabase(postgres, TEMPLATE);
    await migrateDatabase({ databaseUrl: postgres.url(TEMPLATE), log: pino({ level: 'silent' }) });
    process.env.TEST_POSTGRES_PORT = String(postgres.port);
  } catch (error) {
    // jest skips the teardown after a failed set-up.
    await globalThis.stopDatabaseServer();
    throw error;
  }
}
