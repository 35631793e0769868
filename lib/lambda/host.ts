import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { awsLambdaFastify, type LambdaResponse } from '@fastify/aws-lambda';
import type { Context as Invocation } from 'aws-lambda';
import type { Context } from '../context.ts';
import { ERRORS, PatrolServiceError } from '../errors.ts';
import { errorBody } from '../http/errors.ts';
import { createRestHost } from '../http/host.ts';
import { UNMATCHED_ROUTE } from '../http/labels.ts';
import { DEFAULT_HEADERS, identityHeaders, type ObserveRequest } from '../http/observation.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { type EventRequest, type HandedEvent, readEvent } from './event.ts';

export interface LambdaHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly check: Readiness['check'];
  /** Whether PostgreSQL answers within this time; a connection that does not is given up by being asked. */
  readonly pingDatabase: (withinMs: number) => Promise<boolean>;
  /** Has both peers connected to anew by the next call. */
  readonly reconnectPeers: () => void;
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
  const { context, operations, check, flush } = options;
  // Lambda takes an instance out of use before it ends it: there is nothing to drain.
  const readiness: Readiness = { isDraining: () => false, isRefusing: () => false, check };
  const urls = new AsyncLocalStorage<string>();
  const { app, observe } = await createRestHost({
    ...{ context, operations, readiness },
    rewriteUrl: ({ url }) => urls.getStore() ?? url ?? '/',
  });
  const respond = awsLambdaFastify<HandedEvent>(app, {
    // A comma in a value is the caller's own.
    parseCommaSeparatedQueryParams: false,
    // Everything of ours is text; the rest is what a host for documents would have besides.
    binaryMimeTypes: ['application/octet-stream', 'image/png'],
    decorateRequest: false,
  });
  await app.ready();
  let idleSince = context.clock().getTime();
  return async (event, invocation) => {
    const request = readEvent(event);
    try {
      if (context.clock().getTime() - idleSince > FROZEN_AFTER_MS) await wake(options);
      if (request.fieldErrors.length > 0) return errorResponse(request, observe);
      return await urls.run(request.url, () => respond(request.handed, invocation));
    } finally {
      await flush();
      idleSince = context.clock().getTime();
    }
  };
}

/** Answers an event of which not all could be read, with a line. */
function errorResponse(
  { method, url, headers, fieldErrors }: EventRequest,
  observe: ObserveRequest,
): LambdaResponse {
  const observed = observe({ method, url, headers, route: UNMATCHED_ROUTE });
  const fields = fieldErrors.map(({ field }) => field).join(', ');
  const error = new PatrolServiceError('VALIDATION_ERROR', `odd in the event: ${fields}`, { fieldErrors });
  const statusCode = ERRORS[error.code].http;
  observed.finish(statusCode, null, error);
  const body = JSON.stringify(errorBody(error, observed.identity.traceId));
  return {
    ...{ statusCode, body, isBase64Encoded: false },
    headers: {
      ...DEFAULT_HEADERS,
      ...identityHeaders(observed.identity),
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
    },
  };
}

/**
 * Has the peers connected to anew, which takes a few milliseconds, and asks PostgreSQL until it answers. The question is
 * read-only and may be repeated, which a request may not: a mark whose connection broke may or may not have been made.
 */
async function wake({ pingDatabase, reconnectPeers }: LambdaHostOptions): Promise<void> {
  reconnectPeers();
  // Not the campus's clock: a limit has to end even where that stands still.
  const limit = performance.now() + WAKE_LIMIT_MS;
  for (;;) {
    const left = limit - performance.now() - BETWEEN_PINGS_MS;
    // With no live connection the request is answered 503 by the store itself.
    if (left <= 0 || (await pingDatabase(Math.min(left, PING_LIMIT_MS)))) return;
    await pause(BETWEEN_PINGS_MS);
  }
}
