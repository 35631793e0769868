import { setTimeout as pause } from 'node:timers/promises';
import { awsLambdaFastify, type LambdaResponse } from '@fastify/aws-lambda';
import type { APIGatewayProxyEventV2, Context as Invocation } from 'aws-lambda';
import type { Context } from '../context.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { createRestHost } from './rest.ts';

export interface LambdaHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly check: Readiness['check'];
  /** Whether PostgreSQL answers within this time; a connection that does not is given up by being asked. */
  readonly databaseAnswers: (withinMs: number) => Promise<boolean>;
  /** Sends the spans and log lines of an invocation: after its answer the process is frozen, for who knows how long. */
  readonly flush: () => Promise<void>;
}

/** What Lambda calls: an event of API Gateway's HTTP API or of a function URL, both of payload format 2.0. */
export type LambdaHandler = (event: unknown, invocation: Invocation) => Promise<LambdaResponse>;

/** Between invocations the process is frozen; after this long its connections may have been cut without its knowing. */
const FROZEN_AFTER_MS = 5000;
/** How long a caller waits for a live connection at most, before its request is tried in any case. */
const WAKE_LIMIT_MS = 2000;
/** A connection that is silent for this long is taken for half-open; a new one is made in a fraction of it. */
const PING_LIMIT_MS = 600;
/** Where a connection is refused at once, nobody is asked without a pause. */
const BETWEEN_PINGS_MS = 20;

/** Gives the Lambda mount of the operations: the REST mount, ready, behind a translation of events; it listens to nothing. */
export async function createLambdaHost(options: LambdaHostOptions): Promise<LambdaHandler> {
  const { context, operations, check, databaseAnswers, flush } = options;
  // Lambda takes an instance out of use before it ends it: there is nothing to drain.
  const readiness: Readiness = { isDraining: () => false, isRefusing: () => false, check };
  const { app } = await createRestHost({ context, operations, readiness });
  const answer = awsLambdaFastify<APIGatewayProxyEventV2>(app, {
    // A comma in a value is the caller's own.
    parseCommaSeparatedQueryParams: false,
    // Everything of ours is text; the rest is what a host for documents would have besides.
    binaryMimeTypes: ['application/octet-stream', 'image/png'],
    decorateRequest: false,
  });
  await app.ready();
  let idleSince = context.clock().getTime();
  return async (event, invocation) => {
    const request = requestOf(event);
    try {
      if (context.clock().getTime() - idleSince > FROZEN_AFTER_MS) await wake(databaseAnswers);
      return await answer(request, invocation);
    } finally {
      await flush();
      idleSince = context.clock().getTime();
    }
  };
}

/**
 * Asks PostgreSQL until it answers. The question is read-only and may be repeated, which a request may not: a mark
 * whose connection broke may or may not have been made.
 */
async function wake(databaseAnswers: LambdaHostOptions['databaseAnswers']): Promise<void> {
  // Not the campus's clock: a limit has to end even where that stands still.
  const limit = performance.now() + WAKE_LIMIT_MS;
  for (;;) {
    const left = limit - performance.now() - BETWEEN_PINGS_MS;
    // With no live connection the request is answered 503 by the store itself.
    if (left <= 0 || (await databaseAnswers(Math.min(left, PING_LIMIT_MS)))) return;
    await pause(BETWEEN_PINGS_MS);
  }
}

/**
 * Gives the event with its URL as the caller wrote it. The parsed query of an event joins repeated values with commas,
 * so that `?building=8&building=9` and `?building=8,9` would be the same; over REST they are not.
 * @throws for anything that is no HTTP request of payload format 2.0: nobody is there to read an HTTP answer.
 */
function requestOf(event: unknown): APIGatewayProxyEventV2 {
  if (!isHttpRequest(event)) throw new TypeError('the event is not an HTTP request of payload format 2.0');
  const { queryStringParameters: _parsed, rawPath, rawQueryString, ...rest } = event;
  // API Gateway may have decoded the path: what was encoded there must not begin a query now.
  const path = rawPath.replaceAll(/[?#]/g, encodeURIComponent);
  return { ...rest, rawPath: rawQueryString ? `${path}?${rawQueryString}` : path, rawQueryString: '' };
}

function isHttpRequest(event: unknown): event is APIGatewayProxyEventV2 {
  const { version, rawPath, requestContext } = recordOf(event);
  const { method } = recordOf(recordOf(requestContext).http);
  return version === '2.0' && typeof rawPath === 'string' && typeof method === 'string';
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
