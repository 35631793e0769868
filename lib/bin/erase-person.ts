import { Check } from 'typebox/schema';
import { UserId } from '../campus-types.ts';
import { ConfigError } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { createErasureStore } from '../patrols/erasure-store.ts';
import { openTelemetry, type TelemetryConfig } from '../telemetry/telemetry.ts';
import { openDatabaseCommand } from './database-command.ts';
import { exitWith } from './start-failure.ts';
import { endWithUsage } from './usage.ts';

endWithUsage(`npm run erase-person -- <user_id, a UUID>
Puts a pseudonym in place of a person in all tables (152-FZ), which cannot be undone: docs/operations/privacy.md.
Takes MIGRATION_DATABASE_URL, or else DATABASE_URL.`);

/** One look through a trail of years takes minutes, and nobody waits here. */
const LIMIT_MS = 24 * 60 * 60 * 1000;

/** The log goes to stdout alone, and nothing is traced. */
const NOTHING_BUT_A_LOG: Omit<TelemetryConfig, 'logLevel' | 'databaseUrl' | 'migrationDatabaseUrl'> = {
  ...{ lokiUrl: null, lokiTenantId: null, environment: 'production', tracesAreExported: false },
  ...{ jwtSecret: '', databaseReadUrl: null },
};

/** `npm run erase-person -- <user_id>`: erases a person from all tables (152-FZ), and prints the row counts. */
async function main([text, ...more]: readonly string[]): Promise<void> {
  const userId: unknown = text?.trim().toLowerCase();
  // It cannot be undone: unclear arguments are refused.
  if (!Check(UserId, userId) || more.length > 0)
    throw new ConfigError(
      `${text === undefined ? '' : 'That is not one UUID. '}Usage: npm run erase-person -- <user_id, a UUID>`,
    );
  const { databaseUrl, logLevel, explain } = openDatabaseCommand(process.env);
  const telemetry = await openTelemetry({
    ...NOTHING_BUT_A_LOG,
    ...{ databaseUrl, migrationDatabaseUrl: databaseUrl, logLevel },
  });
  const database = await openDatabase({
    ...{ url: databaseUrl, poolSize: 1, limitMs: LIMIT_MS, liftsLimits: true },
    ...{ telemetry, validatesRows: false },
  });
  try {
    const erased = database.opened.then(() => createErasureStore(database).erase(userId));
    const rows = await erased.catch(explain);
    // Neither the id nor the pseudonym: together they would undo the erasure.
    const counted = Object.entries(rows).map(([table, touched]) => `${table} ${touched}`);
    process.stdout.write(`rows touched: ${counted.join(', ')}\n`);
  } finally {
    await database.close();
    await telemetry.close();
  }
}

main(process.argv.slice(2)).catch(exitWith);
