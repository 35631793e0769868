import { ConfigError } from '../config.ts';
import { offersNoTls } from '../settings/postgres-tls.ts';
import { databaseFault, sqlStateOf } from './errors.ts';

/** What is wrong with a database that lets us in; its message ends the sentence "PostgreSQL at NAME …". */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase';
}

/**
 * Throws what went wrong with a database, as a sentence that names the variable its address is from, if whoever set that
 * can do something about it.
 * @throws {ConfigError} for what PostgreSQL, or the way to it, refuses, and when PostgreSQL is out of reach.
 */
export function rethrowNaming(variable: string) {
  return (error: unknown): never => {
    const sentence = refusalOf(error, variable) ?? absenceOf(error, variable);
    throw sentence === null ? error : new ConfigError(sentence, { cause: error });
  };
}

/** Whether it is worth another attempt: what PostgreSQL refuses is refused until somebody changes something. */
export function mayPass(error: unknown): boolean {
  return refusalOf(error, '') === null && databaseFault(error).code === 'SERVICE_UNAVAILABLE';
}

function absenceOf(error: unknown, variable: string): string | null {
  if (error instanceof ConfigError || databaseFault(error).code !== 'SERVICE_UNAVAILABLE') return null;
  return `PostgreSQL at ${variable} is out of reach: ${reasonOf(error)}`;
}

/** Returns why a database cannot be reached, in a few words. */
export function reasonOf(error: unknown): string {
  const message = messageOf(innermost(error));
  // pg's own words for a server that says goodbye before it has said anything.
  return message === 'Connection terminated unexpectedly'
    ? 'what listens there ends the connection (is it PostgreSQL?)'
    : message;
}

/** An invalid authorization or password, and a database that does not exist. */
const LETS_NOBODY_IN = /^(28|3D)/;
/** Node's and OpenSSL's words for a certificate that does not pass, and for a handshake that fails. */
const TLS_REFUSED =
  /CERT|_SIGNATURE$|^ERR_(TLS|SSL)_|^UNABLE_TO_|^(INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE)$/;

function refusalOf(error: unknown, variable: string): string | null {
  const fault = innermost(error);
  const message = messageOf(fault);
  const state = sqlStateOf(fault);
  if (fault instanceof UnfitDatabase) return `PostgreSQL at ${variable} ${message}`;
  if (offersNoTls(fault)) return `${variable} asks for TLS (sslmode), and PostgreSQL there offers none`;
  if (state !== null) {
    if (LETS_NOBODY_IN.test(state)) return `PostgreSQL does not take ${variable}: ${message}`;
    // Insufficient privilege.
    return state === '42501' ? `The role of ${variable} lacks a right: ${message}` : null;
  }
  // The driver's words for a password that there is none of, or that proves nothing.
  if (message.startsWith('SASL: ')) {
    return `PostgreSQL does not take ${variable}: it asks for a password, and gets none that it can use`;
  }
  return TLS_REFUSED.test(codeOf(fault))
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
