import { createHash, randomUUID } from 'node:crypto';
import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';

/** What one request is known by, everywhere it goes: its log lines, its answer, its spans, the calls it makes. */
export interface TraceIdentity {
  /** As the caller sent it, or made here. */
  readonly traceId: string;
  readonly correlationId: string;
}

/** What a request may bring along; anything unusable is replaced, never echoed. */
export interface OfferedIdentity {
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** The caller's span, as its `traceparent` says it. */
  readonly parent?: SpanContext | undefined;
}

const IDENTITY = createContextKey('what the request is known by');
const ABORT_SIGNAL = createContextKey('aborted when the caller no longer waits');
const DEADLINE = createContextKey('when the caller stops waiting, in milliseconds since 1970');
const USABLE = /^[A-Za-z0-9._-]{1,128}$/;
const NO_TRACE = '0'.repeat(32);

/**
 * Gives an OpenTelemetry context with the request's own identity where that is usable, and what is missing made
 * (contract.md, *Tracing and logs*). The caller's span is its parent if it is of the same trace.
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

/** Gives who the request of a context is, of the active one by default; undefined outside any request. */
export function identityOf(from: Context = context.active()): TraceIdentity | undefined {
  // Only `contextOf` has the key.
  return from.getValue(IDENTITY) as TraceIdentity | undefined;
}

/** Gives the ids of a context, of the active one by default, as log lines and spans have them; none outside any request. */
export function identityFields(from: Context = context.active()) {
  const identity = identityOf(from);
  return identity ? { trace_id: identity.traceId, correlation_id: identity.correlationId } : {};
}

/**
 * Runs what is of the process, or of several requests, in the context of none: a timer or a socket keeps the context that
 * it was begun in, and what came of it would be told under the ids of a request that has nothing to do with it.
 */
export function outsideRequests<Result>(work: () => Result): Result {
  return context.with(ROOT_CONTEXT, work);
}

/** Gives the identity of a request's context. @throws for a context of no request: then a mount has not made one. */
export function requestIdentity(from: Context): TraceIdentity {
  const identity = identityOf(from);
  if (!identity) throw new Error('the context belongs to no request');
  return identity;
}

/**
 * Gives the context with a signal that is aborted when the caller no longer waits: calls made for it stop too.
 * @param until when that will be at the latest, in milliseconds since 1970, if the caller said so.
 */
export function withSignal(base: Context, signal: AbortSignal, until = Number.POSITIVE_INFINITY): Context {
  return base.setValue(ABORT_SIGNAL, signal).setValue(DEADLINE, until);
}

/** Gives when the active context's caller stops waiting, in milliseconds since 1970; infinity if they never said. */
export function activeDeadline(): number {
  const until = context.active().getValue(DEADLINE);
  return typeof until === 'number' ? until : Number.POSITIVE_INFINITY;
}

/** Gives the signal of the active context, if its mount can tell when a caller goes. */
export function activeSignal(): AbortSignal | undefined {
  const signal = context.active().getValue(ABORT_SIGNAL);
  return signal instanceof AbortSignal ? signal : undefined;
}

function usable(id: string | undefined): string | undefined {
  return id !== undefined && USABLE.test(id) ? id : undefined;
}

/**
 * Gives the OpenTelemetry trace id, 32 hex digits: a UUID without its dashes; of any other id a hash, so that every
 * service that is handed the same id arrives at the same trace.
 */
export function openTelemetryId(traceId: string): string {
  const digits = traceId.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits) && digits !== NO_TRACE) return digits;
  return createHash('sha256').update(traceId).digest('hex').slice(0, 32);
}
