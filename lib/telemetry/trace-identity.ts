import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** What one request is known by, everywhere it goes: its log lines, its answer, the calls it makes. */
export interface TraceIdentity {
  /** As the caller sent it, or made here. */
  readonly traceId: string;
  readonly correlationId: string;
  /** W3C `traceparent` for outbound calls: of the same trace, with a span of our own. */
  readonly traceparent: string;
  /** Aborted when the caller no longer waits: calls that are made for it stop too. */
  readonly signal?: AbortSignal;
}

/** What a request may bring along; anything unusable is replaced, never echoed. */
export interface OfferedIdentity {
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** Carries the identity of a request through everything that is done for it, with no parameter threaded through. */
export interface TraceContext {
  run<Result>(identity: TraceIdentity, work: () => Result): Result;
  current(): TraceIdentity | undefined;
}

export function createTraceContext(): TraceContext {
  const storage = new AsyncLocalStorage<TraceIdentity>();
  return {
    run: (identity, work) => storage.run(identity, work),
    current: () => storage.getStore(),
  };
}

const USABLE = /^[A-Za-z0-9._-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const NO_TRACE = '0'.repeat(32);

/** Gives the request's own identity where it is usable, and makes what is missing (contract.md, *Tracing and logs*). */
export function identify(offered: OfferedIdentity): TraceIdentity {
  const parent = TRACEPARENT.exec(offered.traceparent ?? '');
  const [, parentTrace = NO_TRACE, , flags = '01'] = parent ?? [];
  const inherited = parentTrace === NO_TRACE ? undefined : parentTrace;
  const traceId = usable(offered.traceId) ?? inherited ?? randomUUID();
  return {
    traceId,
    correlationId: usable(offered.correlationId) ?? randomUUID(),
    traceparent: `00-${openTelemetryId(traceId)}-${randomBytes(8).toString('hex')}-${flags}`,
  };
}

function usable(id: string | undefined): string | undefined {
  return id !== undefined && USABLE.test(id) ? id : undefined;
}

/**
 * Gives the OpenTelemetry trace id, 32 hex digits: a UUID without its dashes; of any other id a hash, so that every
 * service that is handed the same id arrives at the same trace.
 */
function openTelemetryId(traceId: string): string {
  const digits = traceId.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits) && digits !== NO_TRACE) return digits;
  return createHash('sha256').update(traceId).digest('hex').slice(0, 32);
}
