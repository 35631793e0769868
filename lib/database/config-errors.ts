import { ConfigError } from '../config.ts';
import { offersNoTls } from '../settings/postgres-tls.ts';
import { codeOf, databaseError, messageOf, NoConnection, sqlStateOf } from './errors.ts';

/** Something is wrong with a database that accepts connections. The message ends the sentence "PostgreSQL at NAME …". */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/**
 * Returns a function that throws a database's error.
 * @throws {ConfigError} naming the variable, if the operator can act on it: PostgreSQL or TLS refused, or is out of
 * reach.
 */
export function rethrowAsConfigError(variable: string) {
  return (error: unknown): never => {
    const sentence = refusedMessage(error, variable) ?? unreachableMessage(error, variable);
    throw sentence === null ? error : new ConfigError(sentence, { cause: error });
  };
}

/** Whether a retry may help. What PostgreSQL refuses stays refused until somebody changes a setting. */
export function isTransient(error: unknown): boolean {
  return refusedMessage(error, '') === null && databaseError(error).code === 'SERVICE_UNAVAILABLE';
}

function unreachableMessage(error: unknown, variable: string): string | null {
  if (error instanceof ConfigError || databaseError(error).code !== 'SERVICE_UNAVAILABLE') return null;
  // A migration was refused: a read-only transaction.
  const what = sqlStateOf(innermost(error)) === '25006' ? 'takes no changes' : 'is out of reach';
  return `PostgreSQL at ${variable} ${what}: ${reasonOf(error)}`;
}

/** Returns why a database cannot be reached, in a few words. */
export function reasonOf(error: unknown): string {
  const message = messageOf(innermost(error));
  // pg's message for a server that closes the connection before it has sent anything.
  return message === 'Connection terminated unexpectedly'
    ? 'what listens there ends the connection (is it PostgreSQL?)'
    : message;
}

/** Invalid authorization or password, and a missing database. */
const LETS_NOBODY_IN = /^(28|3D)/;
/** Node's and OpenSSL's codes for a bad certificate or a failed handshake. */
const TLS_REFUSED =
  /CERT|_SIGNATURE$|^ERR_(TLS|SSL)_|^UNABLE_TO_|^(INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)$/;

function refusedMessage(error: unknown, variable: string): string | null {
  const cause = innermost(error);
  const message = messageOf(cause);
  const state = sqlStateOf(cause);
  if (cause instanceof UnfitDatabase) return `PostgreSQL at ${variable} ${message}`;
  if (offersNoTls(cause)) return `${variable} asks for TLS (sslmode), and PostgreSQL there offers none`;
  if (state !== null) {
    // Insufficient privilege.
    if (state === '42501') return `The role of ${variable} lacks a right: ${message}`;
    const isForGood = LETS_NOBODY_IN.test(state) || (isOfConnecting(error) && !heals(cause, state));
    return isForGood ? `PostgreSQL does not take ${variable}: ${message}` : null;
  }
  // The driver's message for a missing password, or one that fails.
  if (message.startsWith('SASL: ')) {
    return `PostgreSQL does not take ${variable}: it asks for a password, and gets none that it can use`;
  }
  return TLS_REFUSED.test(codeOf(cause) ?? '')
    ? `The TLS connection that ${variable} asks for (sslmode) cannot be made: ${message}`
    : null;
}

/** Whether connecting failed, before any query that could have been wrong. */
function isOfConnecting(error: unknown): boolean {
  if (error instanceof NoConnection) return true;
  return Error.isError(error) && isOfConnecting(error.cause);
}

/** Whether PostgreSQL refuses for now, as when a database accepts no connections for a while (55000). */
function heals(cause: unknown, state: string): boolean {
  return state === '55000' || databaseError(cause).code === 'SERVICE_UNAVAILABLE';
}

/** Returns the innermost cause: what PostgreSQL, the driver or the system reported. */
function innermost(error: unknown): unknown {
  return Error.isError(error) && error.cause !== undefined ? innermost(error.cause) : error;
}
