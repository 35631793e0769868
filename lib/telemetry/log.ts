import type { Context } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import { isFailure, type PatrolServiceError } from '../errors.ts';
import type { LogLevel } from '../settings/setting-values.ts';
import { boundLine } from './log-bound.ts';
import { createRedaction } from './log-redaction.ts';
import { identityFields } from './trace-identity.ts';

/** The campus's names of pino's levels (docs/contract.md, *Environment*). */
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export interface LogOptions {
  readonly level: LogLevel;
  /** Secrets that must never be logged. */
  readonly secrets: readonly string[];
  /** stdout; another one in tests. */
  readonly destination?: DestinationStream;
}

/** Opens the log: redacted, bounded JSON lines with their request's trace, and `time` in milliseconds since 1970. */
export function openLog({ level, secrets, destination = pino.destination(1) }: LogOptions): Logger {
  const redact = createRedaction(secrets);
  const options = {
    level,
    base: { service: 'patrol-service' },
    formatters: { level: (label: string) => ({ level: LEVEL_NAMES[label] ?? label }) },
    // A line's own fields win: those written outside their request's context have ids already.
    mixin: () => identityFields(),
    serializers: { err: errorRecord },
    // In this order: half a secret would not be recognised.
    hooks: { streamWrite: (line: string) => boundLine(redact(line)) },
  };
  return pino(options, destination);
}

/** The log line of every request, of any transport (docs/contract.md, *Tracing and logs*). */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status_code: number;
  readonly duration_ms: number;
  readonly user_id: string | null;
}

/** What a request's line is completed with. */
export interface RequestOutcome {
  /** The request's own: its response may end outside it. */
  readonly context: Context;
  /** What it was refused with, or failed of. */
  readonly error: PatrolServiceError | null;
}

/** Logs a request that was answered: with its ids, and the error's code and reason, without any value of the request. */
export function logRequest(log: Logger, line: RequestLine, { context, error }: RequestOutcome): void {
  const refused = error ? { error_code: error.code, reason: error.message } : {};
  log.info({ ...line, ...refused, ...identityFields(context) }, 'request');
}

/** Returns the milliseconds since `beganMs`, of `performance.now()`, to the microsecond. */
export function millisecondsSince(beganMs: number): number {
  return Math.round((performance.now() - beganMs) * 1000) / 1000;
}

/** Logs an unexpected error with its chain of causes, for which the request's line has no room. */
export function logFailure(log: Logger, error: PatrolServiceError): void {
  if (error.isLogged) return;
  if (error.code === 'INTERNAL_ERROR') log.error({ err: error }, 'a request failed');
  else if (isFailure(error)) log.warn({ err: error }, 'a request could not be served');
}

const MAX_CAUSES = 8;

/** Returns the logged fields of an error and its causes. Others may hold rows (PostgreSQL) or the token (gRPC). */
function errorRecord(error: unknown, depth = 1): object {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { name, message, code, stack, cause }: Partial<Record<string, unknown>> = { ...fieldsOf(error) };
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    stack,
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: errorRecord(cause, depth + 1) }),
  };
}

/** Returns an error's fields, which are not enumerable, so that a spread would miss them. */
function fieldsOf(error: object): Partial<Record<string, unknown>> {
  const names = ['name', 'message', 'code', 'stack', 'cause'];
  return Object.fromEntries(names.map((name) => [name, Reflect.get(error, name)]));
}
