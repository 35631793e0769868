import { PatrolServiceError } from '../errors.ts';

/** No connection could be made: whatever PostgreSQL's reason, there is no database to work with. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super(`no connection to PostgreSQL: ${reasonOf(cause)}`, { cause });
    this.name = 'NoConnection';
  }
}

/** Where a name has several addresses, the error of all together has a code and no message. */
function reasonOf(cause: unknown): string {
  if (!Error.isError(cause)) return String(cause);
  return cause.message || codeOf(cause) || cause.name;
}

/**
 * SQLSTATE classes and codes that mean "not now": connection lost, transaction rolled back, out of resources,
 * operator intervention; read-only, lock not available.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const UNAVAILABLE_STATES = /^(08|40|53|57|25006|55P03)/;
/** A serialization failure and a deadlock. */
const ROLLED_BACK_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Gives what a failed query means to a caller: SERVICE_UNAVAILABLE when PostgreSQL is away, else INTERNAL_ERROR. */
export function databaseError(error: unknown): PatrolServiceError {
  if (error instanceof PatrolServiceError) return error;
  return isUnavailable(error)
    ? new PatrolServiceError('SERVICE_UNAVAILABLE', 'PostgreSQL is out of reach', { cause: error })
    : new PatrolServiceError('INTERNAL_ERROR', 'a query failed', { cause: error });
}

/** Whether PostgreSQL undid a statement for the sake of others: it may be run again, and has done nothing. */
export function isRolledBack(error: unknown): boolean {
  return ROLLED_BACK_STATES.has(sqlStateOf(error) ?? '');
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof NoConnection) return true;
  const state = sqlStateOf(error);
  // Without a SQLSTATE there was no answer from PostgreSQL at all: the driver's or the socket's word that it is away.
  return state === null ? isFromTheDriver(error) : UNAVAILABLE_STATES.test(state);
}

/** Returns PostgreSQL's own code of an error, or null where PostgreSQL said nothing. */
export function sqlStateOf(error: unknown): string | null {
  for (let cause = error; Error.isError(cause); cause = cause.cause) {
    const code = codeOf(cause);
    // Node's own codes (EPIPE) have the same five capitals, but a syscall beside them.
    if (code !== null && SQLSTATE.test(code) && !('syscall' in cause)) return code;
  }
  return null;
}

function isFromTheDriver(error: unknown): boolean {
  return Error.isError(error) && (isOfTheNetwork(error) || /connection|timeout/i.test(error.message));
}

/** Node's own errors name what they tried: a file that cannot be opened is no database that is away. */
function isOfTheNetwork(error: Error): boolean {
  // Of a name with several addresses, each has been tried.
  if (error instanceof AggregateError) return error.errors.some(isOfTheNetwork);
  return 'syscall' in error && /^(connect|read|write|shutdown|getaddrinfo|query)/.test(String(error.syscall));
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
