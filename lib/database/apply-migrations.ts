import { Logger, migrate } from 'graphile-migrate';
// Not in the package's index, but the only way to end its pool: see below.
import { clearAllPools } from 'graphile-migrate/dist/pgReal.js';
import type { Logger as Log } from 'pino';
import { NO_LIMITS } from './migration-limits.ts';

export interface ApplyOptions {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly log: Log;
}

/** Applies the committed migrations that the database has not seen. A module of its own, for most starts need none of it. */
export async function applyMigrations({ databaseUrl, folder, log }: ApplyOptions): Promise<void> {
  try {
    await migrate({
      connectionString: databaseUrl,
      pgSettings: NO_LIMITS,
      migrationsFolder: folder,
      logger: loggerOf(log),
    });
  } finally {
    // Its pool would linger for 200 ms, and end the whole process if PostgreSQL cut it in that time.
    clearAllPools();
  }
}

/** graphile-migrate speaks through @graphile/logger; what it says goes into our log. */
function loggerOf(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.debug(message);
  });
}
