import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Admission } from '../admission/admission.ts';
import { PatrolServiceError } from '../errors.ts';
import type { Readiness } from '../readiness.ts';
import type { Cors } from './cors.ts';
import { errorResponse } from './error-response.ts';
import { isProbe } from './health.ts';
import { UNMATCHED_ROUTE } from './labels.ts';
import { CLIENT_CLOSED_REQUEST, type ObserveRequest } from './observation.ts';
import { API } from './operations.ts';

export interface LoadSheddingOptions {
  readonly admission: Admission;
  readonly readiness: Readiness;
  readonly observe: ObserveRequest;
  /** Whether a connection exceeds the limit. */
  readonly isSpare: (socket: Socket) => boolean;
  readonly cors: Cors;
  /** Serves admitted requests. */
  readonly serve: RequestListener;
}

/**
 * Returns a listener that refuses requests before Fastify sees them, which is cheapest: while too many are in flight,
 * and on connections beyond the limit. Probes pass, and preflights, without which a page could not read the error.
 */
export function shedLoad(options: LoadSheddingOptions): RequestListener {
  const { admission, readiness, observe, serve, isSpare, cors } = options;
  const respond = (
    response: ServerResponse,
    error: PatrolServiceError,
    observed: ReturnType<ObserveRequest>,
  ) => {
    const { status, headers, body } = errorResponse(error, observed.identity);
    response.writeHead(status, { ...headers, ...(readiness.isDraining() && { connection: 'close' }) });
    response.end(body);
    observed.finish(response.destroyed ? CLIENT_CLOSED_REQUEST : status, null, error);
  };
  return (request, response) => {
    const { method = '', url = '', headers, socket } = request;
    const isPreflight = cors.isPreflight(request);
    // Node emits requests that it had read before the connection was closed.
    if (socket.destroyed) return;
    if (isSpare(socket)) {
      response.shouldKeepAlive = false;
      if (!isProbe(url) && !isPreflight)
        return respond(
          response,
          new PatrolServiceError('SERVICE_UNAVAILABLE', 'all connections are taken'),
          observe({ method, url, headers, route: UNMATCHED_ROUTE }),
        );
    }
    const overload = url.startsWith(API) && !isPreflight ? admission.overloadError() : null;
    if (!overload) return serve(request, response);
    const observed = observe({ method, url, headers, route: `${API}/*` });
    void overload.then((error) => respond(response, error, observed));
  };
}
