import { Logger, migrate } from 'graphile-migrate';
// Not in the package's index, but the only way to end its pool, see below.
import { clearAllPools } from 'graphile-migrate/dist/pgReal.js';
import type { Logger as Log } from 'pino';

export interface ApplyOptions {
  readonly databaseUrl: string;
  readonly folder: string;
  /** The settings of the session, by name; those of its connection when left out. */
  readonly limits?: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** Applies the pending migrations. A module of its own, because most starts do not need it. */
export async function applyMigrations({
  databaseUrl,
  folder,
  limits = {},
  log,
}: ApplyOptions): Promise<void> {
  try {
    await migrate({
      connectionString: databaseUrl,
      pgSettings: { ...limits },
      migrationsFolder: folder,
      logger: loggerOf(log),
    });
  } finally {
    // Its pool would linger for 200 ms, and end the process if PostgreSQL closed it in that time.
    clearAllPools();
  }
}

/** Returns a @graphile/logger for graphile-migrate that writes to our log. */
function loggerOf(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.debug(message);
  });
}
