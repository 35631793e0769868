import { migrationVariable, readMigrationConfig } from '../config.ts';
import { migrateDatabase } from '../database/migrations.ts';
import { rethrowNaming } from '../database/refusal.ts';
import { openLog } from '../telemetry/log.ts';
import { exitWith } from './start-failure.ts';

/** `npm run migrate`: the migrations alone, for installations whose service does not start as a process (cloud functions). */
async function main(): Promise<void> {
  const { migrationDatabaseUrl: databaseUrl, logLevel } = readMigrationConfig(process.env);
  const migrated = migrateDatabase({ databaseUrl, log: openLog({ level: logLevel }) });
  await migrated.catch(rethrowNaming(migrationVariable(process.env)));
}

main().catch(exitWith);
