import * as grpc from '@grpc/grpc-js';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import type { Context } from '../context.ts';
import type { Operation } from '../operation.ts';
import { loadProto } from '../peers/proto.ts';
import type { Readiness } from '../readiness.ts';
import { createGate } from './grpc-gate.ts';
import { serveGrpcHealth } from './grpc-health.ts';
import { readingAnything, unaryHandler } from './grpc-operations.ts';
import { serveReflection } from './grpc-reflection.ts';

export interface GrpcHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly readiness: Readiness;
}

/** The gRPC mount of the operations, with health and reflection. */
export interface GrpcHost {
  /** Gives the port. @throws an Error that names EADDRINUSE when it is taken. */
  listen(port: number): Promise<number>;
  /** NOT_SERVING at once, then no new calls, then the calls in flight are waited for; after `limitMs` they are cut. */
  stop(limitMs: number): Promise<void>;
}

export const PATROL_SERVICE = 'campus.patrol.PatrolService';
const HEALTH_SERVICE = 'grpc.health.v1.Health';
const HEALTH_INTERVAL_MS = 1000;

/**
 * Bounds on purpose: no message is larger than the largest of any method (createGate has each method's own); a client that went silent is noticed within a minute; a
 * connection is renewed twice an hour, so that load spreads to new replicas, and closed when it is of no use; one client
 * cannot open streams without end.
 */
const LIMITS: grpc.ServerOptions = {
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.max_concurrent_streams': 1000,
  'grpc.keepalive_time_ms': 40_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_connection_idle_ms': 5 * 60_000,
  'grpc.max_connection_age_ms': 30 * 60_000,
  'grpc.max_connection_age_grace_ms': 30_000,
};

export function createGrpcHost({ context, operations, readiness }: GrpcHostOptions): GrpcHost {
  const longestMessages = new Map(
    operations.map(({ name, largestInput }) => [`/${PATROL_SERVICE}/${name}`, largestInput]),
  );
  const gate = createGate({ ...context, guarded: PATROL_SERVICE, longestMessages });
  const server = new grpc.Server({ ...LIMITS, interceptors: [gate] });
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  const handlers = operations.map((operation) => [
    operation.name,
    unaryHandler(operation, context, readiness),
  ]);
  server.addService(readingAnything(service), Object.fromEntries(handlers));
  const setHealthStatus = serveGrpcHealth(server, ['', PATROL_SERVICE]);
  serveReflection(server, [PATROL_SERVICE, HEALTH_SERVICE]);

  const setHealth = (isServing: boolean) =>
    setHealthStatus(isServing && !readiness.isDraining() ? 'SERVING' : 'NOT_SERVING');
  const lookAtDatabase = async () => {
    const { database } = await readiness.check();
    setHealth(database === 'ok');
  };
  let watch: NodeJS.Timeout | undefined;
  let address = '';

  return {
    async listen(port) {
      await lookAtDatabase();
      const bound = await bind(server, port);
      address = `0.0.0.0:${bound}`;
      watch = setInterval(() => void lookAtDatabase(), HEALTH_INTERVAL_MS);
      return bound;
    },
    async stop(limitMs) {
      clearInterval(watch);
      setHealth(false);
      if (address) server.drain(address, limitMs);
      await shutdown(server, limitMs);
    },
  };
}

function bind(server: grpc.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`0.0.0.0:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}

/** `tryShutdown` alone may wait for ever on a client that keeps a stream open, as health watchers do. */
async function shutdown(server: grpc.Server, limitMs: number): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.forceShutdown(), limitMs);
  server.tryShutdown(() => resolve());
  await closed;
  clearTimeout(timer);
}
