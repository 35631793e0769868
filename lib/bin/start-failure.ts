import { ConfigError } from '../config.ts';
import { withoutSecrets } from '../telemetry/log-redaction.ts';

/** Prints an error to stderr and exits with 1: a ConfigError as its message, any other error with its stack. */
export function exitWith(error: unknown): never {
  const text =
    error instanceof ConfigError ? error.message : Error.isError(error) ? error.stack : String(error);
  process.stderr.write(`${withoutPasswords(String(text))}\n`);
  process.exit(1);
}

/** The settings with a password in their address. */
const ADDRESSES = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_READ_URL'];

/** A server's own words may hold the password that it was sent. */
function withoutPasswords(text: string): string {
  const written = ADDRESSES.flatMap(
    (name) => /:\/\/[^:@/]*:([^@]+)@/.exec(process.env[name] ?? '')?.[1] ?? [],
  );
  return withoutSecrets(
    text,
    written.flatMap((password) => [password, decoded(password)]),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It is refused for that; as it is written it is a password all the same.
    return text;
  }
}
