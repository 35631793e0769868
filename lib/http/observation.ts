import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { PatrolServiceError } from '../errors.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { errorFields, millisecondsSince, type RequestLine } from '../telemetry/log.ts';
import { identityFields, requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';
import { type LabelledRequest, labelsOf, responseAttributes, UNMATCHED_ROUTE } from './labels.ts';
import { type RoutePaths, safePath } from './paths.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else happens to the request. */
    observed: ObservedRequest;
    /** Who called, as soon as the token was checked. */
    userId: string | null;
    /** What the request was refused with, or failed with. */
    error: PatrolServiceError | null;
  }
  interface FastifyContextConfig {
    /** The operation that a route mounts. */
    operation?: string;
  }
}

/** A request as the log, the metrics and the traces see it. */
export interface ObservedRequest {
  readonly identity: TraceIdentity;
  /** Runs work with the request's identity around it. */
  within<Result>(work: () => Result): Result;
  /** Leaves the request's line, figures and span; only the first call counts. */
  finish(statusCode: number, userId: string | null, error?: PatrolServiceError | null): void;
}

/** What is known of a request when it comes. */
export interface InboundRequest extends LabelledRequest {
  readonly url: string;
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>;
  /** What the path has for the parameters of its route; undefined where it was led to none. */
  readonly params?: unknown;
}

export type ObserveRequest = (request: InboundRequest) => ObservedRequest;

/** The caller went away before the answer was there; nginx's number for it. */
export const CLIENT_CLOSED_REQUEST = 499;

/** What every answer says: who is under age is nothing for a cache to keep, and JSON is never anything else. */
export const DEFAULT_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

type Observers = Pick<Context, 'log' | 'spans' | 'instruments'>;

/**
 * Gives what begins the observation of a request, with the identity that its headers bring along.
 * @param paths of all routes: what a path has besides may be anything, and is not written down.
 */
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
        const line: RequestLine = {
          method,
          path,
          status_code: statusCode,
          duration_ms: millisecondsSince(began),
          user_id: userId,
          ...errorFields(error),
          // For nothing says that the answer ends within the request's context.
          ...identityFields(span.context),
        };
        log.info(line, 'request');
        span.end(answered, statusCode >= 500);
      },
    };
  };
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Gives every request its identity and everything done for it that identity, and observes it to its end. */
export function observeRequests(app: FastifyInstance, observe: ObserveRequest): void {
  app.decorateRequest('userId', null);
  app.decorateRequest('error', null);
  app.addHook('onRequest', (request, reply, next) => {
    request.observed ??= observe(inboundOf(request));
    reply.headers(defaultHeaders(request));
    // Whoever goes before they are answered, at whatever moment, is told by nothing else.
    reply.raw.once('close', () => request.observed.finish(CLIENT_CLOSED_REQUEST, request.userId));
    request.observed.within(next);
  });
  app.addHook('onResponse', (request, reply, next) => {
    request.observed.finish(reply.statusCode, request.userId, request.error);
    next();
  });
}

/** Returns what every answer to a request says. */
export function defaultHeaders({ observed }: Pick<FastifyRequest, 'observed'>) {
  return { ...DEFAULT_HEADERS, ...identityHeaders(observed.identity) };
}

export function identityHeaders({ traceId, correlationId }: TraceIdentity) {
  return { 'x-trace-id': traceId, 'x-correlation-id': correlationId };
}

/** Gives what is observed of a request that Fastify has routed, or could not. */
export function inboundOf(request: FastifyRequest): InboundRequest {
  const { method, url, headers, routeOptions, is404 } = request;
  const { config, url: found } = routeOptions;
  const route = is404 || !found ? UNMATCHED_ROUTE : found;
  // What leads to no route has no parameters of one.
  const params = route.startsWith('/') ? (request.params ?? {}) : undefined;
  return { method, url, headers, route, operation: config?.operation, params };
}
