import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { awsLambdaFastify, type LambdaResponse } from '@fastify/aws-lambda';
import type { Context as Invocation } from 'aws-lambda';
import type { Context } from '../context.ts';
import { PatrolServiceError } from '../errors.ts';
import { errorResponse } from '../http/error-response.ts';
import { createRestHost } from '../http/host.ts';
import { UNMATCHED_ROUTE } from '../http/labels.ts';
import type { ObserveRequest } from '../http/observation.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { type EventRequest, type HandedEvent, readEvent } from './event.ts';

export interface LambdaHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly check: Readiness['check'];
  /** Whether PostgreSQL answers within this time. Asking closes a dead connection. */
  readonly pingDatabase: (withinMs: number) => Promise<boolean>;
  /** Makes the next calls to both peers reconnect. */
  readonly reconnectPeers: () => void;
  /** Sends an invocation's spans and log lines: after its response the process is frozen. */
  readonly flush: () => Promise<void>;
  /** Whether the API documentation is served; by default it is. */
  readonly hasDocs?: boolean;
}

/** Lambda's handler: takes events of API Gateway's HTTP API or of a function URL, both of payload format 2.0. */
export type LambdaHandler = (event: unknown, invocation: Invocation) => Promise<LambdaResponse>;

/** The process is frozen between invocations; after this long its connections may be dead. */
const FROZEN_AFTER_MS = 5000;
/** How long to wait for a live connection before the request is tried anyway. */
const WAKE_LIMIT_MS = 2000;
/** A connection that is silent for this long is considered dead; reconnecting takes a fraction of it. */
const PING_LIMIT_MS = 600;
/** The pause between attempts while connections are refused at once. */
const BETWEEN_PINGS_MS = 20;

/** Creates the Lambda handler of the operations: translates events for a REST server, which does not listen. */
export async function createLambdaHost(options: LambdaHostOptions): Promise<LambdaHandler> {
  const { context, operations, check, flush, hasDocs = true } = options;
  // Lambda takes an instance out of use before it ends it: there is nothing to drain.
  const readiness: Readiness = { isDraining: () => false, isRefusing: () => false, check };
  const urls = new AsyncLocalStorage<string>();
  const { app, observe } = await createRestHost({
    ...{ context, operations, readiness, hasDocs, hasLiveStreams: false },
    rewriteUrl: ({ url }) => urls.getStore() ?? url ?? '/',
  });
  const respond = awsLambdaFastify<HandedEvent>(app, {
    // A comma in a value is the caller's own.
    parseCommaSeparatedQueryParams: false,
    // The API responds with text, except for spreadsheets; files of the documentation have the other types.
    binaryMimeTypes: [
      'application/octet-stream',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'image/png',
    ],
    decorateRequest: false,
  });
  await app.ready();
  let idleSince = context.clock().getTime();
  return async (event, invocation) => {
    const request = readEvent(event);
    try {
      if (context.clock().getTime() - idleSince > FROZEN_AFTER_MS) await wake(options);
      if (request.fieldErrors.length > 0) return respondToUnreadable(request, observe);
      return await urls.run(request.url, () => respond(request.handed, invocation));
    } finally {
      await flush();
      idleSince = context.clock().getTime();
    }
  };
}

/** Responds to an event with unreadable fields, and logs it. */
function respondToUnreadable(
  { method, url, headers, fieldErrors }: EventRequest,
  observe: ObserveRequest,
): LambdaResponse {
  const observed = observe({ method, url, headers, route: UNMATCHED_ROUTE });
  const fields = fieldErrors.map(({ field }) => field).join(', ');
  const error = new PatrolServiceError('VALIDATION_ERROR', `unreadable in the event: ${fields}`, {
    fieldErrors,
  });
  const { status, headers: answered, body } = errorResponse(error, observed.identity);
  observed.finish(status, null, error);
  return { statusCode: status, headers: answered, body, isBase64Encoded: false };
}

/**
 * Reconnects the peers, in a few milliseconds, and pings PostgreSQL until it answers. A ping can be repeated; a request
 * cannot: on a broken connection its mark may or may not have been saved.
 */
async function wake({ pingDatabase, reconnectPeers }: LambdaHostOptions): Promise<void> {
  reconnectPeers();
  // Not the campus's clock, which may stand still in tests.
  const limit = performance.now() + WAKE_LIMIT_MS;
  for (;;) {
    const left = limit - performance.now() - BETWEEN_PINGS_MS;
    // Without a live connection the store answers 503.
    if (left <= 0 || (await pingDatabase(Math.min(left, PING_LIMIT_MS)))) return;
    await pause(BETWEEN_PINGS_MS);
  }
}
