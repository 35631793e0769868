import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { RequestLine } from '../telemetry/log.ts';
import { identify, type TraceIdentity } from '../telemetry/trace-identity.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else happens to the request. */
    identity: TraceIdentity;
    /** Who called, once auth-service has said it. */
    userId: string | null;
  }
}

/** The caller went away before the answer was there; nginx's number for it. */
const CLIENT_CLOSED_REQUEST = 499;

export type LogRequest = (request: FastifyRequest, statusCode: number, durationMs: number) => void;

/** Gives what leaves the one line of a request in the log. */
export function requestLogger({ trace, log }: Pick<Context, 'trace' | 'log'>): LogRequest {
  return (request, statusCode, durationMs) => {
    const line: RequestLine = {
      method: request.method,
      path: request.url.split('?', 1)[0] ?? '',
      status_code: statusCode,
      duration_ms: Math.round(durationMs * 1000) / 1000,
      user_id: request.userId,
    };
    trace.run(request.identity, () => log.info(line, 'request'));
  };
}

/** Gives every request its identity, and everything done for it that identity. */
export function traceRequests(app: FastifyInstance, { trace }: Context, logRequest: LogRequest): void {
  app.decorateRequest('userId', null);
  app.addHook('onRequest', (request, reply, next) => {
    request.identity ??= identityOf(request);
    wearIdentity(reply, request.identity);
    trace.run(request.identity, next);
  });
  app.addHook('onResponse', async (request, reply) =>
    logRequest(request, reply.statusCode, reply.elapsedTime),
  );
  app.addHook('onRequestAbort', async (request) => logRequest(request, CLIENT_CLOSED_REQUEST, 0));
}

/** Gives the identity that a request brings along in its headers, or a new one. */
export function identityOf({ headers }: Pick<FastifyRequest, 'headers'>): TraceIdentity {
  return identify({
    traceId: headers['x-trace-id']?.toString(),
    correlationId: headers['x-correlation-id']?.toString(),
    traceparent: headers.traceparent?.toString(),
  });
}

export function wearIdentity(reply: FastifyReply, identity: TraceIdentity): void {
  reply.header('x-trace-id', identity.traceId).header('x-correlation-id', identity.correlationId);
}
