import * as grpc from '@grpc/grpc-js';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import type { Context } from '../context.ts';
import type { Operation } from '../operation.ts';
import { loadProto } from '../proto.ts';
import type { Readiness } from '../readiness.ts';
import type { ConnectionLimits } from '../transport/connection-limit.ts';
import type { ListenAt } from '../transport/listening.ts';
import { createGrpcThrottle } from './anonymous-throttle.ts';
import { openGrpcConnections } from './connections.ts';
import { createGate } from './gate.ts';
import { serveGrpcHealth } from './health.ts';
import { handlerOf, tolerateMalformed } from './operations.ts';
import { serveReflection } from './reflection.ts';

export interface GrpcHostOptions {
  readonly context: Context;
  readonly operations: readonly Operation[];
  readonly readiness: Readiness;
  readonly limits: ConnectionLimits;
  /** Whether reflection is served. */
  readonly hasReflection: boolean;
}

/** The gRPC server of the operations, with health and reflection. */
export interface GrpcHost {
  /** Listens, and returns the port. @throws an Error that names EADDRINUSE if it is taken. */
  listen(at: ListenAt): Promise<number>;
  /** Reports NOT_SERVING, accepts no new calls, and waits for those in flight; cuts them after `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

export const PATROL_SERVICE = 'campus.patrol.PatrolService';
const HEALTH_SERVICE = 'grpc.health.v1.Health';

/**
 * Limits of the server; createGate and openGrpcConnections have the others. A silent client is cut off within fifteen
 * seconds. Connections are renewed every half hour, to spread load to new replicas.
 */
const LIMITS: grpc.ServerOptions = {
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.max_connection_idle_ms': 5 * 60_000,
  'grpc.max_connection_age_ms': 30 * 60_000,
  'grpc.max_connection_age_grace_ms': 30_000,
};

export function createGrpcHost({
  context,
  operations,
  readiness,
  limits,
  hasReflection,
}: GrpcHostOptions): GrpcHost {
  const maxMessageBytes = new Map(
    operations.map(({ name, maxInputBytes }) => [`/${PATROL_SERVICE}/${name}`, maxInputBytes]),
  );
  const throttle = createGrpcThrottle(context.log);
  const gate = createGate({ ...context, maxMessageBytes, throttle });
  const server = new grpc.Server({ ...LIMITS, interceptors: [gate] });
  const connections = openGrpcConnections(server, {
    ...limits,
    throttle,
    isGuarded: (path) => maxMessageBytes.has(path),
    log: context.log,
  });
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  const handlers = operations.map((operation) => [operation.name, handlerOf(operation, context, readiness)]);
  server.addService(tolerateMalformed(service), Object.fromEntries(handlers));
  const health = serveGrpcHealth(server, readiness, ['', PATROL_SERVICE]);
  if (hasReflection) serveReflection(server, [PATROL_SERVICE, HEALTH_SERVICE]);

  return {
    async listen(at) {
      await health.start();
      return connections.listen(at);
    },
    async stop(limitMs) {
      health.stop();
      // tryShutdown sends GOAWAY on injected connections, but does not wait for them.
      server.tryShutdown(() => {});
      const timer = setTimeout(() => {
        server.forceShutdown();
        connections.cut();
      }, limitMs);
      await connections.close();
      clearTimeout(timer);
    },
  };
}
