import { createHash, randomUUID } from 'node:crypto';
import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';

/** The ids of a request in its log lines, response, spans and outbound calls. */
export interface TraceIdentity {
  /** The caller's, or a new one. */
  readonly traceId: string;
  readonly correlationId: string;
}

/** The ids that a request brings; unusable ones are replaced, never echoed. */
export interface OfferedIdentity {
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** The caller's span, from `traceparent`. */
  readonly parent?: SpanContext | undefined;
}

const IDENTITY = createContextKey('what the request is known by');
const ABORT_SIGNAL = createContextKey('aborted when the caller no longer waits');
const DEADLINE = createContextKey('when the caller stops waiting, in milliseconds since 1970');
const USABLE = /^[A-Za-z0-9._-]{1,128}$/;
const NO_TRACE = '0'.repeat(32);

/**
 * Creates a request's context with offered ids, or new ones (docs/contract.md, *Tracing and logs*). The caller's span
 * becomes the parent if it has the same trace.
 */
export function contextOf(offered: OfferedIdentity, base: Context = ROOT_CONTEXT): Context {
  const { parent } = offered;
  const identity: TraceIdentity = {
    traceId: usable(offered.traceId) ?? parent?.traceId ?? randomUUID(),
    correlationId: usable(offered.correlationId) ?? randomUUID(),
  };
  const identified = base.setValue(IDENTITY, identity);
  return parent && parent.traceId === openTelemetryId(identity.traceId)
    ? trace.setSpanContext(identified, parent)
    : identified;
}

/** Returns the identity of a context, by default the active one; undefined outside any request. */
export function identityOf(from: Context = context.active()): TraceIdentity | undefined {
  // Only `contextOf` has the key.
  return from.getValue(IDENTITY) as TraceIdentity | undefined;
}

/** Returns the ids of a context, by default the active one, for log lines and spans; none outside any request. */
export function identityFields(from: Context = context.active()) {
  const identity = identityOf(from);
  return identity ? { trace_id: identity.traceId, correlation_id: identity.correlationId } : {};
}

/**
 * Runs work of the process, or of several requests, outside any request: timers and sockets keep their context, and
 * would log under the ids of an unrelated request.
 */
export function outsideRequests<Result>(work: () => Result): Result {
  return context.with(ROOT_CONTEXT, work);
}

/** Returns the identity of a request's context. @throws outside any request: a transport has created no context. */
export function requestIdentity(from: Context): TraceIdentity {
  const identity = identityOf(from);
  if (!identity) throw new Error('the context belongs to no request');
  return identity;
}

/**
 * Returns a context with a signal that is aborted when the caller stops waiting, which cancels its calls.
 * @param until the caller's deadline, in milliseconds since 1970.
 */
export function withSignal(base: Context, signal: AbortSignal, until = Number.POSITIVE_INFINITY): Context {
  return base.setValue(ABORT_SIGNAL, signal).setValue(DEADLINE, until);
}

/** Returns the active caller's deadline, in milliseconds since 1970; infinity without one. */
export function activeDeadline(): number {
  const until = context.active().getValue(DEADLINE);
  return typeof until === 'number' ? until : Number.POSITIVE_INFINITY;
}

/** Returns the active context's signal, if its transport detects disconnects. */
export function activeSignal(): AbortSignal | undefined {
  const signal = context.active().getValue(ABORT_SIGNAL);
  return signal instanceof AbortSignal ? signal : undefined;
}

function usable(id: string | undefined): string | undefined {
  return id !== undefined && USABLE.test(id) ? id : undefined;
}

/** Returns an OpenTelemetry trace id, 32 hex digits: a UUID's, or the hash of any other id, the same in every service. */
export function openTelemetryId(traceId: string): string {
  const digits = traceId.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits) && digits !== NO_TRACE) return digits;
  return createHash('sha256').update(traceId).digest('hex').slice(0, 32);
}
