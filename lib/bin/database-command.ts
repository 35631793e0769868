import type { Logger } from 'pino';
import { migrationVariable, readMigrationConfig } from '../config.ts';
import { rethrowAsConfigError } from '../database/config-errors.ts';
import type { Environment } from '../settings/environment.ts';
import type { LogLevel } from '../settings/setting-values.ts';
import { openLog } from '../telemetry/log.ts';
import { passwordsOf } from '../telemetry/log-redaction.ts';

/** What a command that works on the database alone needs. */
export interface DatabaseCommand {
  /** Not through a pooler: limits and locks are the session's. */
  readonly databaseUrl: string;
  readonly logLevel: LogLevel;
  readonly log: Logger;
  /** Rejects with the one sentence about an address that does not work, in place of the driver's error. */
  readonly explain: (error: unknown) => never;
}

/** Reads a command's environment and opens its log. @throws {ConfigError} naming every bad variable. */
export function openDatabaseCommand(environment: Environment): DatabaseCommand {
  const { migrationDatabaseUrl: databaseUrl, logLevel } = readMigrationConfig(environment);
  return {
    databaseUrl,
    logLevel,
    log: openLog({ level: logLevel, secrets: passwordsOf([databaseUrl]) }),
    explain: rethrowAsConfigError(migrationVariable(environment)),
  };
}
