import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Headers = Readonly<Record<string, string>>;

/** Cross-origin rules for browsers. */
export interface Cors {
  /** Returns the response headers that let a page of this origin read it. */
  headersFor(origin: string | undefined): Headers;
  /** Whether a request is a preflight of an allowed origin. */
  isPreflight(request: Pick<IncomingMessage, 'method' | 'headers'>): boolean;
}

/** Response headers that a page may read. */
const READABLE = [
  ...['x-trace-id', 'x-correlation-id', 'location', 'retry-after', 'etag', 'content-disposition'],
  'www-authenticate',
];

/** Creates the rules for these origins; without any, responses have no CORS headers. */
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

/** Returns a listener that sets the CORS headers, whoever responds. */
export function corsHeaderSetter({ headersFor }: Cors) {
  return ({ headers }: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headersFor(headers.origin))) response.setHeader(name, value);
  };
}

/** Answers preflights of any path: a page can read an error only if its preflight succeeded. */
export function handlePreflights(app: FastifyInstance, { isPreflight }: Cors): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (isPreflight(request.raw)) allow(request, reply);
    else next();
  });
}

/** Answers a preflight: REST's methods are allowed, with a token. There are no cookies. */
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
 * Allows all requested headers: tracing libraries keep adding some (`traceparent`, `baggage`, `b3`), one missing would
 * block the page, and access depends on the token alone.
 */
function asked({ 'access-control-request-headers': names }: IncomingHttpHeaders): Headers {
  return names === undefined ? {} : { 'access-control-allow-headers': names };
}
