import { migrationVariable, readMigrationConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import { migrateDatabase } from '../database/migrations.ts';
import { openLog } from '../telemetry/log.ts';
import { exitWith } from './start-failure.ts';
import { endWithUsage } from './usage.ts';

endWithUsage(`npm run migrate
Runs the migrations that a database lacks, and nothing else. Takes MIGRATION_DATABASE_URL, or else DATABASE_URL.`);

/** `npm run migrate`: runs the migrations only, for installations without a starting service (cloud functions). */
async function main(): Promise<void> {
  const { migrationDatabaseUrl: databaseUrl, logLevel } = readMigrationConfig(process.env);
  const migrated = migrateDatabase({ databaseUrl, log: openLog({ level: logLevel }) });
  await migrated.catch(rethrowAsConfigError(migrationVariable(process.env)));
}

main().catch(exitWith);
