import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Headers = Readonly<Record<string, string>>;

/** What pages of other origins may do, and read. */
export interface Cors {
  /** Returns what an answer has to say for the page of an origin to read it. */
  headersFor(origin: string | undefined): Headers;
  /** Whether a request is a browser's question whether a page of an allowed origin may ask. */
  isPreflight(request: Pick<IncomingMessage, 'method' | 'headers'>): boolean;
}

/** What a page can read of an answer besides its body. */
const READABLE = ['x-trace-id', 'x-correlation-id', 'location', 'retry-after', 'etag'];

/** Returns what pages of these origins may do; with none, no answer has a word of it. */
export function createCors(origins: readonly string[]): Cors {
  const ofOthers: Headers = origins.length === 0 ? {} : { vary: 'Origin' };
  const byOrigin = new Map(
    origins.map((origin): [string, Headers] => [
      origin,
      {
        ...ofOthers,
        'access-control-allow-origin': origin,
        'access-control-expose-headers': READABLE.join(', '),
      },
    ]),
  );
  return {
    headersFor: (origin = '') => byOrigin.get(origin) ?? ofOthers,
    isPreflight: ({ method, headers }) =>
      method === 'OPTIONS' &&
      headers['access-control-request-method'] !== undefined &&
      byOrigin.has(headers.origin ?? ''),
  };
}

/** Returns what lets a page read whatever its request is answered with, by whomever. */
export function corsHeaderSetter({ headersFor }: Cors) {
  return ({ headers }: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headersFor(headers.origin))) response.setHeader(name, value);
  };
}

/** Answers preflights, whatever is at their paths: a page can read a refusal only of what it was allowed to ask. */
export function handlePreflights(app: FastifyInstance, { isPreflight }: Cors): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (isPreflight(request.raw)) allow(request, reply);
    else next();
  });
}

/** Answers a preflight: a page may do what REST has, with a token of its own; never with cookies, of which there are none. */
export function allow({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .headers({
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
      ...asked(headers),
      'access-control-max-age': '3600',
      // Without it Safari waits for a body.
      'content-length': '0',
    })
    .send();
}

/**
 * Returns all headers that are asked for as allowed. Tracing libraries of pages send ever others (`traceparent`, `baggage`,
 * `sentry-trace`, `x-datadog-…`, `b3`), and a list that lacks one forbids the page everything; there is nothing to keep
 * from a page, for what it may do is decided by the token alone.
 */
function asked({ 'access-control-request-headers': names }: IncomingHttpHeaders): Headers {
  return names === undefined ? {} : { 'access-control-allow-headers': names };
}
