import { ConfigError } from '../config.ts';
import { offersNoTls } from '../settings/postgres-tls.ts';
import { databaseError, sqlStateOf } from './errors.ts';

/** What is wrong with a database that lets us in; its message ends the sentence "PostgreSQL at NAME …". */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/**
 * Throws what went wrong with a database, as a sentence that names the variable its address is from, if whoever set that
 * can do something about it.
 * @throws {ConfigError} for what PostgreSQL, or the way to it, refuses, and when PostgreSQL is out of reach.
 */
export function rethrowAsConfigError(variable: string) {
  return (error: unknown): never => {
    const sentence = refusedMessage(error, variable) ?? unreachableMessage(error, variable);
    throw sentence === null ? error : new ConfigError(sentence, { cause: error });
  };
}

/** Whether it is worth another attempt: what PostgreSQL refuses is refused until somebody changes something. */
export function isTransient(error: unknown): boolean {
  return refusedMessage(error, '') === null && databaseError(error).code === 'SERVICE_UNAVAILABLE';
}

function unreachableMessage(error: unknown, variable: string): string | null {
  if (error instanceof ConfigError || databaseError(error).code !== 'SERVICE_UNAVAILABLE') return null;
  return `PostgreSQL at ${variable} is out of reach: ${messageOf(innermost(error))}`;
}

/** An invalid authorization or password, and a database that does not exist. */
const LETS_NOBODY_IN = /^(28|3D)/;
/** Node's and OpenSSL's words for a certificate that does not pass, and for a handshake that fails. */
const TLS_REFUSED =
  /CERT|_SIGNATURE$|^ERR_(TLS|SSL)_|^UNABLE_TO_|^(INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)$/;

function refusedMessage(error: unknown, variable: string): string | null {
  const cause = innermost(error);
  const message = messageOf(cause);
  const state = sqlStateOf(cause);
  if (cause instanceof UnfitDatabase) return `PostgreSQL at ${variable} ${message}`;
  if (offersNoTls(cause)) return `${variable} asks for TLS (sslmode), and PostgreSQL there offers none`;
  if (state !== null) {
    if (LETS_NOBODY_IN.test(state)) return `PostgreSQL does not take ${variable}: ${message}`;
    // Insufficient privilege.
    return state === '42501' ? `The role of ${variable} lacks a right: ${message}` : null;
  }
  // The driver's words for a password that there is none of, or that proves nothing.
  if (message.startsWith('SASL: ')) {
    return `PostgreSQL does not take ${variable}: it asks for a password, and gets none that it can use (${message})`;
  }
  return TLS_REFUSED.test(codeOf(cause))
    ? `The TLS connection that ${variable} asks for (sslmode) cannot be made: ${message}`
    : null;
}

/** Gives the cause of all causes: what PostgreSQL, the driver or the system said. */
function innermost(error: unknown): unknown {
  return Error.isError(error) && error.cause !== undefined ? innermost(error.cause) : error;
}

/** Where a name has several addresses, the error of all together has a code and no message. */
function messageOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  return error.message || codeOf(error) || error.name;
}

function codeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error ? String(error.code) : '';
}
