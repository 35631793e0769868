import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from '../config.ts';
import type { PatrolServiceError } from '../errors.ts';
import type { TraceContext } from './trace-identity.ts';

/**
 * Opens the service's log: one JSON object a line, with the trace of the request it belongs to. `time` is in
 * milliseconds since the epoch.
 */
export function openLog(level: LogLevel, trace: TraceContext, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'patrol-service' },
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const identity = trace.current();
      return identity ? { trace_id: identity.traceId, correlation_id: identity.correlationId } : {};
    },
    // Request objects never reach the log; should one ever, its token does not.
    redact: ['authorization', 'token', 'password', '*.authorization', '*.token', '*.password'],
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The line that every request leaves, whichever mount it came through (contract.md, *Tracing and logs*). */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status_code: number;
  readonly duration_ms: number;
  readonly user_id: string | null;
}

/** Leaves what the caller is not told: the reason, and the whole chain of causes for what should not have happened. */
export function logFailure(log: Logger, error: PatrolServiceError): void {
  if (error.code === 'INTERNAL_ERROR') log.error({ err: error }, 'a request failed');
  else if (error.code === 'SERVICE_UNAVAILABLE') log.warn({ err: error }, 'a request could not be served');
  else log.debug({ code: error.code, reason: error.message }, 'a request was refused');
}
