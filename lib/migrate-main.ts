import { migrationVariable, readMigrationConfig } from './config.ts';
import { migrateDatabase } from './migrations.ts';
import { rethrowNaming } from './postgres-refusal.ts';
import { exitWith } from './start-failure.ts';
import { openLog } from './telemetry/log.ts';

/** `npm run migrate`: the migrations alone, for installations whose service does not start as a process (cloud functions). */
async function main(): Promise<void> {
  const { migrationDatabaseUrl: databaseUrl, logLevel } = readMigrationConfig(process.env);
  const migrated = migrateDatabase({ databaseUrl, log: openLog({ level: logLevel }) });
  await migrated.catch(rethrowNaming(migrationVariable(process.env)));
}

main().catch(exitWith);
