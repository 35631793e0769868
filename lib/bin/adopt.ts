import { type Adoption, adoptDatabase } from '../adoption/adopt.ts';
import { migrationVariable, readMigrationConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import { openLog } from '../telemetry/log.ts';
import { exitWith } from './start-failure.ts';
import { endWithUsage } from './usage.ts';

endWithUsage(`npm run adopt
Takes over the database of the service that this one replaces, once: docs/operations/adoption.md.`);

/** `npm run adopt`: adopts the database of the replaced service, once, and prints what became of its rows. */
async function main(): Promise<void> {
  const { migrationDatabaseUrl: databaseUrl, logLevel } = readMigrationConfig(process.env);
  const adopted = adoptDatabase({ databaseUrl, log: openLog({ level: logLevel }) });
  process.stdout.write(
    `${sentenceOf(await adopted.catch(rethrowAsConfigError(migrationVariable(process.env))))}\n`,
  );
}

function sentenceOf({ patrols, entries, changes }: Adoption): string {
  const reasons = changes.reasons.map(({ reason, rows }) => `${reason} ${rows}`).join(', ');
  const changed = reasons ? `${changes.rows} (${reasons})` : changes.rows;
  return `adopted: patrols ${patrols}, entries ${entries}; rows changed: ${changed}`;
}

main().catch(exitWith);
