import { ConfigError } from '../config.ts';

/** Prints an error to stderr and exits with 1: a ConfigError as its message, any other error with its stack. */
export function exitWith(error: unknown): never {
  const text =
    error instanceof ConfigError ? error.message : Error.isError(error) ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
