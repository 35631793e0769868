import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Context } from '../context.ts';
import { type Operation, onRest } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ConnectionLimits } from '../transport/connection-limit.ts';
import { type ListenAt, type Listening, listenAt } from '../transport/listening.ts';
import {
  createRestThrottle,
  NO_THROTTLE,
  type RestThrottle,
  throttleAnonymous,
} from './anonymous-throttle.ts';
import { serveApiDocs } from './api-docs.ts';
import { limitConnections, type RestConnections } from './connections.ts';
import { type Cors, corsHeaderSetter, createCors, handlePreflights } from './cors.ts';
import { errorResponder, unroutedResponder } from './errors.ts';
import { deferContinue } from './expect-continue.ts';
import { limitForwarded } from './forwarded-limit.ts';
import { serveHealth } from './health.ts';
import { acceptJsonOnly } from './input.ts';
import { createMalformedResponder, type MalformedResponder } from './malformed.ts';
import { acceptAnyMethod, refuseOtherMethods, refuseOtherPaths } from './methods.ts';
import { serveMetrics } from './metrics.ts';
import { type ObserveRequest, observeRequests, requestObserver } from './observation.ts';
import { registerOperations } from './operations.ts';
import { shedLoad } from './overload.ts';
import { createRoutePaths } from './paths.ts';
import { refuseTunnels } from './tunnels.ts';

export interface RestHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly readiness: Readiness;
  /** Absent for functions, whose instances are too short-lived to be scraped, and where metrics have a port of their own. */
  readonly metrics?: Pick<Metrics, 'text'>;
  /** Origins that may call the service from a browser. */
  readonly corsOrigins?: readonly string[];
  /** Whether the API documentation is served; by default it is. */
  readonly hasDocs?: boolean;
  /** Whether the browser stores the token pasted into the API documentation. */
  readonly docsKeepToken?: boolean;
  /** Whether streams that go on are served; by default they are. */
  readonly hasLiveStreams?: boolean;
  /** How long an idle connection is kept; 0 keeps none. */
  readonly keepAliveSeconds?: number;
  /** The connection limits; absent for functions. */
  readonly limits?: ConnectionLimits;
  /** Returns the URL of a request that has none of its own. */
  readonly rewriteUrl?: NonNullable<FastifyServerOptions['rewriteUrl']>;
}

/** The REST server. */
export interface RestHost {
  readonly app: FastifyInstance;
  /** Absent for functions. */
  readonly connections: RestConnections | undefined;
  /** Begins the observation of a request that is answered outside `app`. */
  readonly observe: ObserveRequest;
  /** Returns the port. @throws the system's error, EADDRINUSE for one. */
  listen(at: ListenAt): Promise<number>;
  /** Stops accepting, and waits for the responses to requests in flight. */
  close(): Promise<void>;
}

/** The maximum length of a path parameter. Longer ones must reach validation; Node's header limit cuts them off. */
const MAX_PARAMETER_LENGTH = 16 * 1024;

/** Timeouts: a slow sender is answered 408, and a silent connection is closed. */
const TIMEOUTS: ServerOptions = {
  requestTimeout: 15_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: MAX_PARAMETER_LENGTH,
  // Otherwise Node itself answers a request without Host, with no body and no ids.
  requireHostHeader: false,
};

/** Creates the REST server, with health, API documentation and error table. It does not listen yet. */
export async function createRestHost(options: RestHostOptions): Promise<RestHost> {
  const { context, readiness, corsOrigins = [], keepAliveSeconds = 0, limits, rewriteUrl } = options;
  const paths = createRoutePaths();
  const observe = requestObserver(context, paths);
  const respondWithError = errorResponder(context);
  const cors = createCors(corsOrigins);
  const malformed = createMalformedResponder(context, cors);
  const throttle = limits ? createRestThrottle(context.log) : NO_THROTTLE;
  let connections: RestConnections | undefined;
  const app = fastify({
    serverFactory: (route) => {
      const serve = acceptAnyMethod(route);
      const server = createRestServer({ malformed, observe, cors, keepAliveSeconds });
      if (limits) connections = limitConnections(server, { ...limits, ...throttle, log: context.log });
      const isSpare = connections?.isSpare ?? (() => false);
      return server.on('request', shedLoad({ ...context, readiness, observe, serve, isSpare, cors }));
    },
    ...(rewriteUrl && { rewriteUrl }),
    // Fastify takes an empty list for "trust all".
    trustProxy: limits && limits.proxies.written.length > 0 ? [...limits.proxies.written] : false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, ignoreTrailingSlash: true },
    // Requests that arrive while draining get our own error table, not Fastify's.
    return503OnClosing: false,
    clientErrorHandler: malformed.respond,
    frameworkErrors: unroutedResponder({ observe, cors, respondWithError }),
  });
  app.addHook('onRoute', ({ url }) => paths.add(url));
  acceptJsonOnly(app);
  observeRequests(app, observe);
  if (limits && limits.proxies.written.length > 0) limitForwarded(app, limits);
  throttleAnonymous(app, throttle);
  closeConnectionsWhileDraining(app, readiness);
  app.setErrorHandler(respondWithError);
  handlePreflights(app, cors);
  refuseOtherPaths(app);
  await registerRoutes(app, options, throttle);
  return { app, connections, observe, ...opening(app) };
}

/** Returns functions that open the port of an app, and close both. */
function opening(app: FastifyInstance): Pick<RestHost, 'listen' | 'close'> {
  let listening: Listening | undefined;
  return {
    async listen(at) {
      await app.ready();
      // Fastify would create a further server for each address, with limits of its own.
      listening = await listenAt(app.server, at);
      return listening.port;
    },
    async close() {
      await Promise.all([app.close(), listening?.close()]);
    },
  };
}

interface RestServerOptions extends Required<Pick<RestHostOptions, 'keepAliveSeconds'>> {
  readonly malformed: MalformedResponder;
  readonly observe: ObserveRequest;
  readonly cors: Cors;
}

/** Closes the connection after its response. */
function closeAfterResponse(_request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false;
}

/** Creates a server that answers what Fastify never sees; Fastify's own requests are not served yet. */
function createRestServer({ malformed, observe, cors, keepAliveSeconds }: RestServerOptions): Server {
  const server = createServer({ ...TIMEOUTS, keepAliveTimeout: keepAliveSeconds * 1000 });
  server.on('request', malformed.remember).on('request', corsHeaderSetter(cors));
  // For Node 0 means no timeout.
  if (keepAliveSeconds === 0) server.on('request', closeAfterResponse);
  deferContinue(server);
  refuseTunnels(server, { observe, cors, unfinishedOn: malformed.unfinishedOn });
  return server;
}

async function registerRoutes(
  app: FastifyInstance,
  { context, operations, readiness, metrics, ...options }: RestHostOptions,
  throttle: RestThrottle,
): Promise<void> {
  const { hasDocs = true, docsKeepToken = false, hasLiveStreams = true } = options;
  const restOperations = onRest(operations);
  await app.register(async (routes) => {
    serveHealth(routes, readiness);
    if (metrics) serveMetrics(routes, metrics);
    registerOperations(routes, { context, operations: restOperations, readiness, throttle, hasLiveStreams });
    refuseOtherMethods(routes, restOperations, [
      ...['/health/liveness', '/health/readiness'],
      ...(metrics ? ['/metrics'] : []),
      ...(hasDocs ? ['/openapi.json', '/docs'] : []),
    ]);
    if (!hasDocs) return;
    serveApiDocs(routes, { operations: restOperations, campus: context.campus, keepsToken: docsKeepToken });
  });
}

/** Closes connections after their response while draining: the stop would wait for idle ones. */
function closeConnectionsWhileDraining(app: FastifyInstance, { isDraining }: Readiness): void {
  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (isDraining()) reply.header('connection', 'close');
    next();
  });
}
