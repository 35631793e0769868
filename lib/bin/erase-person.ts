import { Check } from 'typebox/schema';
import { UserId } from '../campus-types.ts';
import { ConfigError, readConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import { openDatabase } from '../database/database.ts';
import { createAuditStore } from '../patrols/audit-store.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { exitWith } from './start-failure.ts';

/** No caller waits here, and a trail of years takes time. */
const LIMIT_MS = 300_000;

/** `npm run erase-person -- <user_id>`: erases a person from all tables (152-FZ), and prints the row counts. */
async function main([text, ...more]: readonly string[]): Promise<void> {
  const userId: unknown = text?.trim().toLowerCase();
  // It cannot be undone: unclear arguments are refused.
  if (!Check(UserId, userId) || more.length > 0)
    throw new ConfigError('usage: npm run erase-person -- <user_id, a UUID>');
  const config = readConfig(process.env);
  const telemetry = await openTelemetry(config);
  const database = await openDatabase({
    ...{ url: config.databaseUrl, poolSize: 1, limitMs: LIMIT_MS },
    ...{ telemetry, validatesRows: false },
  });
  try {
    const erased = database.opened.then(() => createAuditStore(database).erase(userId));
    const rows = await erased.catch(rethrowAsConfigError('DATABASE_URL'));
    // Neither the id nor the pseudonym: together they would undo the erasure.
    const counted = Object.entries(rows).map(([table, touched]) => `${table} ${touched}`);
    process.stdout.write(`rows touched: ${counted.join(', ')}\n`);
  } finally {
    await database.close();
    await telemetry.close();
  }
}

main(process.argv.slice(2)).catch(exitWith);
