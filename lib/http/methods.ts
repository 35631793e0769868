import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';
import { closeOnLongBody } from './gate.ts';
import { routeOf } from './operations.ts';
import { templateOf } from './paths.ts';

/** The methods that are routed as they are. */
const ROUTED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** What all other methods are routed as. To teach the router each of Node's thirty-five would cost a start 20 ms. */
const STAND_IN_METHOD = 'UNLINK';

const READ_ONLY_PATHS = ['/health/liveness', '/health/readiness', '/openapi.json', '/docs', '/metrics'];

/** Returns the method that a request is routed as, whatever it was sent with. */
export function routedAs(method: string): string {
  return ROUTED_METHODS.includes(method) ? method : STAND_IN_METHOD;
}

/** Returns what serves requests of any method that Node reads. */
export function acceptAnyMethod(serve: RequestListener): RequestListener {
  return (request, response) => {
    request.method = routedAs(request.method ?? '');
    serve(request, response);
  };
}

/** Answers 404 where there is no such path, before the body is looked at: nothing would be made of it. */
export function refuseOtherPaths(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (!request.is404) return next();
    closeOnLongBody(request, reply);
    next(new PatrolServiceError('NOT_FOUND', 'no such route'));
  });
}

/** Answers 405 with `Allow`, and not 404, where the path is right and the method is not. */
export function refuseOtherMethods(app: FastifyInstance, operations: readonly RestOperation[]): void {
  app.addHttpMethod(STAND_IN_METHOD);
  const allowed = new Map(READ_ONLY_PATHS.map((path) => [path, ['GET']]));
  for (const { rest } of operations) {
    const url = routeOf(rest.path);
    allowed.set(url, [...(allowed.get(url) ?? []), rest.method]);
  }
  for (const [url, methods] of allowed) {
    // Fastify itself answers HEAD wherever there is a GET.
    const allowedHere = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    app.route({
      method: [...ROUTED_METHODS, STAND_IN_METHOD].filter((method) => !allowedHere.includes(method)),
      url,
      // Before the body is looked at: whatever it holds, the method is what is wrong.
      onRequest: async (request, reply) => {
        closeOnLongBody(request, reply);
        reply.header('allow', allowedHere.join(', '));
        throw new PatrolServiceError('METHOD_NOT_ALLOWED', `${templateOf(url)} has no such method`);
      },
      handler: async () => undefined,
    });
  }
}
