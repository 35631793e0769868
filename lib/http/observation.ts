import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { PatrolServiceError } from '../errors.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { logRequest, millisecondsSince } from '../telemetry/log.ts';
import { requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';
import { type LabelledRequest, labelsOf, responseAttributes, UNMATCHED_ROUTE } from './labels.ts';
import { type RoutePaths, safePath } from './paths.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else is done with the request. */
    observed: ObservedRequest;
    /** The caller, once the token is checked. */
    userId: string | null;
    /** The error that the request was answered with. */
    error: PatrolServiceError | null;
  }
  interface FastifyContextConfig {
    /** The operation of a route. */
    operation?: string;
    /** The route as the API documentation writes it; without one, as Fastify's router does. */
    template?: string;
  }
}

/** A request in log, metrics and traces. */
export interface ObservedRequest {
  readonly identity: TraceIdentity;
  /** Runs work in the request's context. */
  within<Result>(work: () => Result): Result;
  /** Ends the observation with the request's log line, metrics and span. Only the first call counts. */
  finish(statusCode: number, userId: string | null, error?: PatrolServiceError | null): void;
}

/** A request as it arrives. */
export interface InboundRequest extends LabelledRequest {
  readonly url: string;
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>;
  /** The values of the route's parameters; undefined without a route. */
  readonly params?: unknown;
}

export type ObserveRequest = (request: InboundRequest) => ObservedRequest;

/** nginx's status for a caller who disconnected before the response. */
export const CLIENT_CLOSED_REQUEST = 499;

/** Headers of every response: minors' data must not be cached, and JSON must not be sniffed. */
export const DEFAULT_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

type Observers = Pick<Context, 'log' | 'spans' | 'instruments'>;

/** Returns a function that begins the observation of a request. @param paths of all routes; others are never logged. */
export function requestObserver({ log, spans, instruments }: Observers, paths: RoutePaths): ObserveRequest {
  return (request) => {
    const began = performance.now();
    const { method, name, attributes } = labelsOf(request);
    const { url, route, params } = request;
    const path = params === undefined ? paths.safe(pathOf(url)) : safePath(route, params);
    const span = spans.begin(
      { name, attributes: { ...attributes, 'url.path': path } },
      propagation.extract(ROOT_CONTEXT, request.headers),
    );
    const active = { 'http.request.method': method, 'url.scheme': 'http' };
    instruments.httpServerActive.add(1, active);
    let isFinished = false;
    return {
      identity: requestIdentity(span.context),
      within: (work) => context.with(span.context, work),
      finish(statusCode, userId, error = null) {
        if (isFinished) return;
        isFinished = true;
        const answered = { ...attributes, ...responseAttributes(statusCode) };
        instruments.httpServerActive.add(-1, active);
        instruments.httpServerDuration.record(secondsSince(began), answered);
        const duration_ms = millisecondsSince(began);
        const line = { method, path, status_code: statusCode, duration_ms, user_id: userId };
        logRequest(log, line, { context: span.context, error });
        span.end(answered, statusCode >= 500);
      },
    };
  };
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Observes every request to its end, and runs it with its identity. */
export function observeRequests(app: FastifyInstance, observe: ObserveRequest): void {
  app.decorateRequest('userId', null);
  app.decorateRequest('error', null);
  app.addHook('onRequest', (request, reply, next) => {
    request.observed ??= observe(inboundOf(request));
    reply.headers(defaultHeaders(request));
    // The only event for a caller who disconnects early.
    reply.raw.on('close', () => request.observed.finish(CLIENT_CLOSED_REQUEST, request.userId));
    request.observed.within(next);
  });
  app.addHook('onResponse', (request, reply, next) => {
    request.observed.finish(reply.statusCode, request.userId, request.error);
    next();
  });
}

/** Returns the headers of every response to a request. */
export function defaultHeaders({ observed }: Pick<FastifyRequest, 'observed'>) {
  return { ...DEFAULT_HEADERS, ...identityHeaders(observed.identity) };
}

export function identityHeaders({ traceId, correlationId }: TraceIdentity) {
  return { 'x-trace-id': traceId, 'x-correlation-id': correlationId };
}

/** Returns the observed parts of a request, whether Fastify could route it or not. */
export function inboundOf(request: FastifyRequest): InboundRequest {
  const { method, url, headers, routeOptions, is404 } = request;
  const { config, url: found } = routeOptions;
  const route = is404 || !found ? UNMATCHED_ROUTE : (config?.template ?? found);
  // An unmatched request has no parameters.
  const params = route.startsWith('/') ? (request.params ?? {}) : undefined;
  return { method, url, headers, route, operation: config?.operation, params };
}
