import { migrateDatabase } from '../database/migrations.ts';
import { openDatabaseCommand } from './database-command.ts';
import { exitWith } from './start-failure.ts';
import { takeNoArguments } from './usage.ts';

takeNoArguments(`npm run migrate
Runs the migrations that a database lacks, and nothing else. Takes MIGRATION_DATABASE_URL, or else DATABASE_URL.`);

/** `npm run migrate`: runs the migrations only, for installations without a starting service (cloud functions). */
async function main(): Promise<void> {
  const { explain, ...database } = openDatabaseCommand(process.env);
  await migrateDatabase(database).catch(explain);
}

main().catch(exitWith);
