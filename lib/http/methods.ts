import type { RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';
import { closeOnLongBody } from './gate.ts';
import { routeOf } from './operations.ts';
import { templateOf } from './paths.ts';

/** The methods that are routed unchanged. */
const ROUTED_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Stands for all other methods. Teaching the router each of Node's thirty-five would add 20 ms to a start. */
const STAND_IN_METHOD = 'UNLINK';

/** Returns the method that a request is routed as. */
export function routedAs(method: string): string {
  return ROUTED_METHODS.includes(method) ? method : STAND_IN_METHOD;
}

/** Returns a listener that serves requests of any method that Node parses. */
export function acceptAnyMethod(serve: RequestListener): RequestListener {
  return (request, response) => {
    request.method = routedAs(request.method ?? '');
    serve(request, response);
  };
}

/** Answers 404 for unknown paths before the body is read. */
export function refuseOtherPaths(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, next) => {
    if (!request.is404) return next();
    closeOnLongBody(request, reply);
    next(new PatrolServiceError('NOT_FOUND', 'no such route'));
  });
}

/**
 * Answers 405 with `Allow`, and not 404, if the path exists and the method does not.
 * @param readOnly the paths besides the operations', which are read alone
 */
export function refuseOtherMethods(
  app: FastifyInstance,
  operations: readonly RestOperation[],
  readOnly: readonly string[],
): void {
  app.addHttpMethod(STAND_IN_METHOD);
  const allowed = new Map(readOnly.map((path) => [path, ['GET']]));
  for (const { rest } of operations) {
    const url = routeOf(rest.path);
    allowed.set(url, [...(allowed.get(url) ?? []), rest.method]);
  }
  for (const [url, methods] of allowed) {
    // Fastify answers HEAD for every GET.
    const allowedHere = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    const template = templateOf(url);
    app.route({
      method: [...ROUTED_METHODS, STAND_IN_METHOD].filter((method) => !allowedHere.includes(method)),
      url,
      config: { template },
      // Before the body is read: the method is wrong, whatever the body.
      onRequest: async (request, reply) => {
        closeOnLongBody(request, reply);
        reply.header('allow', allowedHere.join(', '));
        throw new PatrolServiceError('METHOD_NOT_ALLOWED', `${template} has no such method`);
      },
      handler: async () => undefined,
    });
  }
}
