import { type Attributes, context as active, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { millisecondsSince, type RequestLine } from '../telemetry/log.ts';
import { requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else happens to the request. */
    observed: ObservedRequest;
    /** Who called, once auth-service has said it. */
    userId: string | null;
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
  finish(statusCode: number): void;
}

export type ObserveRequest = (request: FastifyRequest) => ObservedRequest;

/** The caller went away before the answer was there; nginx's number for it. */
const CLIENT_CLOSED_REQUEST = 499;

type Observers = Pick<Context, 'log' | 'spans' | 'instruments'>;

/** Gives what begins the observation of a request, with the identity that its headers bring along. */
export function requestObserver({ log, spans, instruments }: Observers): ObserveRequest {
  const inFlight = requestsInFlight(instruments);
  const labelsOf = routeLabels();
  return (request) => {
    const began = performance.now();
    const labels = labelsOf(request);
    const path = request.url.split('?', 1)[0] ?? '';
    const span = spans.begin(
      { name: `${request.method} ${labels['http.route']}`, attributes: { ...labels, 'url.path': path } },
      propagation.extract(ROOT_CONTEXT, request.headers),
    );
    inFlight.add(request.method, 1);
    const within = <Result>(work: () => Result) => active.with(span.context, work);
    let isFinished = false;
    return {
      identity: requestIdentity(span.context),
      within,
      finish(statusCode) {
        if (isFinished) return;
        isFinished = true;
        const outcome = outcomeOf(statusCode);
        inFlight.add(request.method, -1);
        instruments.httpServerDuration.record(secondsSince(began), { ...labels, ...outcome });
        const line: RequestLine = {
          method: request.method,
          path,
          status_code: statusCode,
          duration_ms: millisecondsSince(began),
          user_id: request.userId,
        };
        within(() => log.info(line, 'request'));
        span.end(outcome, statusCode >= 500);
      },
    };
  };
}

/** Counts requests in flight here, and tells the meter when it asks: far cheaper than to tell it of each. */
function requestsInFlight({ httpServerActive }: Observers['instruments']) {
  const counts = new Map<string, number>();
  httpServerActive.addCallback((result) => {
    for (const [method, count] of counts) {
      result.observe(count, { 'http.request.method': method, 'url.scheme': 'http' });
    }
  });
  return { add: (method: string, by: number) => counts.set(method, (counts.get(method) ?? 0) + by) };
}

/** Gives every request its identity and everything done for it that identity, and observes it to its end. */
export function observeRequests(app: FastifyInstance, observe: ObserveRequest): void {
  app.decorateRequest('userId', null);
  app.addHook('onRequest', (request, reply, next) => {
    request.observed ??= observe(request);
    wearIdentity(reply, request.observed.identity);
    // Who is under age is nothing for a cache to keep; and JSON is never anything else.
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    request.observed.within(next);
  });
  app.addHook('onResponse', (request, reply, next) => {
    request.observed.finish(reply.statusCode);
    next();
  });
  app.addHook('onRequestAbort', async (request) => request.observed.finish(CLIENT_CLOSED_REQUEST));
}

export function wearIdentity(reply: FastifyReply, identity: TraceIdentity): void {
  reply.header('x-trace-id', identity.traceId).header('x-correlation-id', identity.correlationId);
}

interface RouteLabels extends Attributes {
  readonly 'http.route': string;
}

/** Gives what tells the labels of a request: the same for each of a route and method, and made once. */
function routeLabels(): (request: FastifyRequest) => RouteLabels {
  const known = new Map<string, RouteLabels>();
  return ({ method, routeOptions, is404 }) => {
    const { url, config } = routeOptions;
    const key = `${method} ${is404 ? '' : url}`;
    const made = known.get(key);
    if (made) return made;
    const labels = {
      'http.request.method': method,
      'url.scheme': 'http',
      // As the API documentation writes it; all unknown paths are one.
      'http.route': is404 || !url ? 'unmatched' : url.replaceAll(/:(\w+)/g, '{$1}'),
      ...(config?.operation && { operation: config.operation }),
    };
    known.set(key, labels);
    return labels;
  };
}

function outcomeOf(statusCode: number) {
  const status = { 'http.response.status_code': statusCode };
  return statusCode >= 500 ? { ...status, 'error.type': String(statusCode) } : status;
}
