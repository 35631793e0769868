import { type DestinationStream, type Logger, pino } from 'pino';
import { type ErrorCode, isFailure, type PatrolServiceError } from '../errors.ts';
import type { LogLevel } from '../settings/setting-values.ts';
import { boundLine } from './log-bound.ts';
import { createRedaction } from './log-redaction.ts';
import { identityFields } from './trace-identity.ts';

/** The campus's names of pino's levels (contract.md, *Environment*). */
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
  /** What must never be in a line, wherever it comes from. */
  readonly secrets?: readonly string[];
  /** stdout, unless a test looks into it. */
  readonly destination?: DestinationStream;
}

/**
 * Opens the service's log: one JSON object a line, with the trace of the request it belongs to. `time` is in
 * milliseconds since the epoch. Every line is looked through for secrets and names before it leaves, and is no longer than
 * MAX_LINE_BYTES.
 */
export function openLog({ level, secrets = [], destination = pino.destination(1) }: LogOptions): Logger {
  const redact = createRedaction(secrets);
  const options = {
    level,
    base: { service: 'patrol-service' },
    formatters: { level: (label: string) => ({ level: LEVEL_NAMES[label] ?? label }) },
    // What a line says itself stands: one that is written outside of its request's context has its ids already.
    mixin: () => identityFields(),
    serializers: { err: errorRecord },
    // In this order: of a secret that was cut in two neither part would be recognised.
    hooks: { streamWrite: (line: string) => boundLine(redact(line)) },
  };
  return pino(options, destination);
}

/** The line that every request leaves, whichever mount it came through (contract.md, *Tracing and logs*). */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status_code: number;
  readonly duration_ms: number;
  readonly user_id: string | null;
  /** Given where the request was refused or failed (`errorFields`). */
  readonly error_code?: ErrorCode;
  readonly reason?: string;
  /** Given where the line is not written within the request's context. */
  readonly trace_id?: string;
  readonly correlation_id?: string;
}

/** Gives milliseconds since `beganMs`, of `performance.now()`, to the microsecond. */
export function millisecondsSince(beganMs: number): number {
  return Math.round((performance.now() - beganMs) * 1000) / 1000;
}

/** Returns what a request's line says of its refusal: the code, and why in words that hold nothing of what was sent. */
export function errorFields(error: PatrolServiceError | null): Pick<RequestLine, 'error_code' | 'reason'> {
  return error ? { error_code: error.code, reason: error.message } : {};
}

/** Leaves what a request's line has no room for: the whole chain of causes of what should not have happened. */
export function logFailure(log: Logger, error: PatrolServiceError): void {
  if (error.isLogged) return;
  if (error.code === 'INTERNAL_ERROR') log.error({ err: error }, 'a request failed');
  else if (isFailure(error)) log.warn({ err: error }, 'a request could not be served');
}

const MAX_CAUSES = 8;

/**
 * Gives what the log keeps of an error and its causes: these fields and no other, for errors carry what they were
 * about: PostgreSQL's the row that a statement failed on, gRPC's the metadata of the call with its token.
 */
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

/** An error's fields are not its own enumerable ones, so that a spread would not find them. */
function fieldsOf(error: object): Partial<Record<string, unknown>> {
  const names = ['name', 'message', 'code', 'stack', 'cause'];
  return Object.fromEntries(names.map((name) => [name, Reflect.get(error, name)]));
}
