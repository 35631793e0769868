import { PatrolServiceError } from '../errors.ts';

/** No connection could be opened, whatever the reason. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super(`no connection to PostgreSQL: ${messageOf(cause)}`, { cause });
    this.name = 'NoConnection';
  }
}

/** Returns the message, or the code of an AggregateError: for a name with several addresses it has no message. */
export function messageOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  return error.message || codeOf(error) || error.name;
}

/**
 * SQLSTATEs of temporary failures: connection lost, rolled back, out of resources, operator intervention, read-only,
 * lock.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const UNAVAILABLE_STATES = /^(08|40|53|57|25006|55P03)/;
/** A serialization failure and a deadlock. */
const ROLLED_BACK_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Returns SERVICE_UNAVAILABLE if PostgreSQL is unavailable, else INTERNAL_ERROR. */
export function databaseError(error: unknown): PatrolServiceError {
  if (error instanceof PatrolServiceError) return error;
  return isUnavailable(error)
    ? new PatrolServiceError('SERVICE_UNAVAILABLE', 'PostgreSQL is out of reach', { cause: error })
    : new PatrolServiceError('INTERNAL_ERROR', 'a query failed', { cause: error });
}

/** Whether PostgreSQL rolled a statement back because of others. It may be retried. */
export function isRolledBack(error: unknown): boolean {
  return ROLLED_BACK_STATES.has(sqlStateOf(error) ?? '');
}

/** Whether the server, or the connection to it, is gone. */
export function isOutOfReach(error: unknown): boolean {
  if (error instanceof NoConnection) return true;
  const state = sqlStateOf(error);
  return state === null ? isFromTheDriver(error) : /^(08|57P)/.test(state);
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof NoConnection) return true;
  const state = sqlStateOf(error);
  // Without a SQLSTATE PostgreSQL did not answer: the error is the driver's or the socket's.
  return state === null ? isFromTheDriver(error) : UNAVAILABLE_STATES.test(state);
}

/** Returns PostgreSQL's SQLSTATE of an error, or null if it has none. */
export function sqlStateOf(error: unknown): string | null {
  for (const cause of withCauses(error)) {
    const code = codeOf(cause);
    // Node's own codes (EPIPE) look the same, but come with a syscall.
    if (code !== null && SQLSTATE.test(code) && !('syscall' in cause)) return code;
  }
  return null;
}

/** Returns an error and its causes: Slonik wraps pg's errors in its own words. */
function withCauses(error: unknown): Error[] {
  return Error.isError(error) ? [error, ...withCauses(error.cause)] : [];
}

function isFromTheDriver(error: unknown): boolean {
  return withCauses(error).some(
    (cause) => isOfTheNetwork(cause) || /connection|timeout/i.test(cause.message),
  );
}

/** Whether it is Node's error of a network call: a file that cannot be opened is not an unavailable database. */
function isOfTheNetwork(error: Error): boolean {
  // One error for each address of a name.
  if (error instanceof AggregateError) return error.errors.some(isOfTheNetwork);
  return 'syscall' in error && /^(connect|read|write|shutdown|getaddrinfo|query)/.test(String(error.syscall));
}

/** Returns the code that PostgreSQL, OpenSSL or Node gave an error, or null if it has none. */
export function codeOf(error: unknown): string | null {
  return Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
