import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { Context } from '../context.ts';
import { PatrolServiceError } from '../errors.ts';
import { invoke } from '../invoke.ts';
import type { RestOperation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { createBodyBudget } from './body-budget.ts';
import { createRestGate } from './rest-gate.ts';
import { inputCollector, namedAsWritten } from './rest-input.ts';
import type { RestStrangers } from './rest-strangers.ts';

export const API = '/api/v1';
const JSON_TYPE = 'application/json; charset=utf-8';

/** The URL of an operation as Fastify's router writes it: `{patrolId}` becomes `:patrolId`. */
export function routeOf(path: string): string {
  return `${API}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

export interface RestOperationsOptions {
  readonly context: Context;
  readonly operations: readonly RestOperation[];
  readonly readiness: Readiness;
  readonly strangers: RestStrangers;
}

/** Mounts each operation at its method and path; all that happens here is translation. */
export function mountOperations(
  app: FastifyInstance,
  { context, operations, readiness, strangers }: RestOperationsOptions,
): void {
  const bodies = createBodyBudget();
  app.decorateRequest('releaseBody', null);
  for (const operation of operations) {
    const { output, rest, largestInput } = operation;
    const { method, path, success, location } = rest;
    const collect = inputCollector(operation);
    let writer: Promise<Writer> | undefined;
    app.route({
      method,
      url: routeOf(path),
      config: { operation: operation.name },
      bodyLimit: largestInput,
      ...createRestGate({ ...context, strangers, bodies, longestBody: largestInput }),
      handler: async (request, reply) => {
        if (readiness.isRefusing())
          throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
        const { input, faults } = collect(request);
        const result = await invoke(operation, context, {
          input,
          faults,
          credentials: { authorization: request.headers.authorization },
          onUser: (userId) => {
            request.userId = userId;
          },
        }).catch((error: unknown) => {
          throw namedAsWritten(operation, error, faults);
        });
        if (location) reply.header('location', `${API}${location(result)}`);
        reply.code(success);
        if (success === 204) return reply.send();
        // However many first answers there are at once, it is made once.
        writer ??= answerWriter(output);
        const write = await writer;
        return reply.type(JSON_TYPE).send(write(result));
      },
    });
  }
}

type Writer = (answer: unknown) => string;

/**
 * Gives what writes answers as JSON: nothing that the schema does not name gets out. It is made for the first answer:
 * a start answers nothing, and to load and run its compiler would be a tenth of it.
 */
async function answerWriter(schema: TSchema): Promise<Writer> {
  const { default: compile } = await import('fast-json-stringify');
  return compile(asWritten(schema));
}

const NEEDS_NO_ESCAPING: ReadonlySet<unknown> = new Set(['uuid', 'date', 'date-time']);

/**
 * Gives the schema as the serializer is to see it: what PostgreSQL wrote as a UUID, a date or a time has nothing in it that
 * JSON would escape, and is not looked through for it. That is a thirtieth of a list.
 */
function asWritten<Schema>(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'format' && NEEDS_NO_ESCAPING.has(value) ? 'unsafe' : value,
  );
}
