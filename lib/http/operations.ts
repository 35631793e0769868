import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { entityTag } from '../entity-tags.ts';
import { PatrolServiceError } from '../errors.ts';
import { invoke } from '../invoke.ts';
import type { RestOperation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import type { RestThrottle } from './anonymous-throttle.ts';
import { createBodyBudget } from './body-budget.ts';
import { createRestGate } from './gate.ts';
import { inputCollector, namedAsWritten } from './input.ts';
import { sendBody } from './streamed-body.ts';

export const API = '/api/v1';

/** Returns an operation's URL as Fastify's router writes it: `{patrolId}` becomes `:patrolId`. */
export function routeOf(path: string): string {
  return `${API}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

export interface RestOperationsOptions {
  readonly context: Context;
  readonly operations: readonly RestOperation[];
  readonly readiness: Readiness;
  readonly throttle: RestThrottle;
  readonly hasLiveStreams: boolean;
}

/** Registers the route of each operation. Its handler only translates. */
export function registerOperations(
  app: FastifyInstance,
  { context, operations, readiness, throttle, hasLiveStreams }: RestOperationsOptions,
): void {
  const bodies = createBodyBudget();
  app.decorateRequest('claim', null);
  app.decorateRequest('releaseBody', null);
  for (const operation of operations) {
    const { output, rest, maxInputBytes } = operation;
    const { method, path, success, location, body } = rest;
    const collect = inputCollector(operation);
    app.route({
      method,
      url: routeOf(path),
      config: { operation: operation.name, template: `${API}${path}` },
      // Serializes only what the schema names. Inputs are validated by `invoke`, for every transport.
      schema: body ? {} : { response: { [success]: output } },
      bodyLimit: maxInputBytes,
      ...createRestGate({ ...context, throttle, bodies, maxBodyBytes: maxInputBytes }),
      handler: async (request, reply) => {
        if (readiness.isRefusing())
          throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
        if (operation.rest.isLive && !hasLiveStreams) throw notServedHere();
        const { input, fieldErrors } = collect(request);
        const result = await invoke(operation, context, {
          input,
          fieldErrors,
          credentials: { authorization: request.headers.authorization },
          claim: request.claim,
          ifMatch: request.headers['if-match'],
          onUser: (userId) => {
            request.userId = userId;
          },
        }).catch((error: unknown) => {
          throw namedAsWritten(operation, error, fieldErrors);
        });
        if (operation.version) reply.header('etag', entityTag(operation.version(result)));
        if (location) reply.header('location', `${API}${location(result)}`);
        if (body) return sendBody(context, reply.code(success), body(result));
        return reply.code(success).send(success === 204 ? undefined : result);
      },
    });
  }
}

function notServedHere(): PatrolServiceError {
  const message = 'Поток событий здесь не передаётся: спрашивайте /api/v1/patrols/{patrolId}/audit?after=';
  return new PatrolServiceError('METHOD_NOT_ALLOWED', 'a function serves no stream that goes on', {
    fieldErrors: [{ field: 'url', message }],
  });
}
