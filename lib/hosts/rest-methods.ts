import type { FastifyInstance, HTTPMethods } from 'fastify';
import { PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';
import { routeOf } from './rest-operations.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const READ_ONLY_PATHS = ['/health/liveness', '/health/readiness', '/openapi.json', '/metrics'];

/** Answers 405 with `Allow`, and not 404, where the path is right and the method is not. */
export function refuseOtherMethods(app: FastifyInstance, operations: readonly RestOperation[]): void {
  const allowed = new Map(READ_ONLY_PATHS.map((path) => [path, ['GET']]));
  for (const { rest } of operations) {
    const url = routeOf(rest.path);
    allowed.set(url, [...(allowed.get(url) ?? []), rest.method]);
  }
  for (const [url, methods] of allowed) {
    // Fastify itself answers HEAD wherever there is a GET.
    const mounted = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    app.route({
      method: METHODS.filter((method) => !mounted.includes(method)),
      url,
      // Before the body is looked at: whatever it holds, the method is what is wrong.
      onRequest: async (request, reply) => {
        reply.header('allow', mounted.join(', '));
        throw new PatrolServiceError('METHOD_NOT_ALLOWED', `${request.method} on ${url}`);
      },
      handler: async () => undefined,
    });
  }
}
