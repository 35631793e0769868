import fastify, { type FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { isOnRest, type Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { serveApiDocs } from './api-docs.ts';
import { serveHealth } from './health.ts';
import { serveMetrics } from './metrics.ts';
import { answerErrors, answerUnparsedRequest, errorAnswerer } from './rest-errors.ts';
import { acceptJsonOnly } from './rest-input.ts';
import { refuseOtherMethods } from './rest-methods.ts';
import { observeRequests, requestObserver } from './rest-observation.ts';
import { mountOperations } from './rest-operations.ts';

export interface RestHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly readiness: Readiness;
  /** Absent where nobody can read them: a function's instances come and go. */
  readonly metrics?: Pick<Metrics, 'text'>;
}

/** The longest a URL part may be: longer ones must reach validation, and are cut off by Node's header limit. */
const LONGEST_PARAMETER = 16 * 1024;

/** Gives the REST mount of the operations, with health, API documentation and the error table; it listens to nothing yet. */
export async function createRestHost({
  context,
  operations,
  readiness,
  metrics,
}: RestHostOptions): Promise<FastifyInstance> {
  const observe = requestObserver(context);
  const answerError = errorAnswerer(context, observe);
  const app = fastify({
    routerOptions: { maxParamLength: LONGEST_PARAMETER, ignoreTrailingSlash: true },
    // A request that arrives while draining is refused by our own error table, not by Fastify's.
    return503OnClosing: false,
    clientErrorHandler: answerUnparsedRequest,
    // A URL that cannot be decoded reaches no route, and so none of the hooks.
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply);
      request.observed.finish(reply.statusCode);
    },
  });
  acceptJsonOnly(app);
  // Input is validated by `invoke`, the same for every mount; the schemas of a route are for the documentation.
  app.setValidatorCompiler(() => () => true);
  observeRequests(app, observe);
  closeConnectionsWhileDraining(app, readiness);
  answerErrors(app, answerError);
  await serveApiDocs(app);
  await app.register(async (routes) => {
    serveHealth(routes, readiness);
    if (metrics) serveMetrics(routes, metrics);
    const mounted = operations.filter(isOnRest);
    mountOperations(routes, { context, operations: mounted, readiness });
    refuseOtherMethods(routes, mounted);
  });
  return app;
}

/** A connection that stays open for a next request would keep the stop waiting for it. */
function closeConnectionsWhileDraining(app: FastifyInstance, { isDraining }: Readiness): void {
  app.addHook('onSend', async (_request, reply) => {
    if (isDraining()) reply.header('connection', 'close');
  });
}
