import { ConfigError } from '../config.ts';

/**
 * Ends the process with 1 and says why on stderr: a ConfigError is a sentence for whoever started it, anything else
 * needs its stack.
 */
export function exitWith(error: unknown): never {
  const text =
    error instanceof ConfigError ? error.message : Error.isError(error) ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
