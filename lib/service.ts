import { setTimeout as pause } from 'node:timers/promises';
import { operations } from '../handlers/index.ts';
import { type Config, ConfigError } from './config.ts';
import { rethrowAsConfigError } from './database/config-errors.ts';
import { prepareDatabase } from './database/preparation.ts';
import { createGrpcHost, type GrpcHost } from './grpc/host.ts';
import { createRestHost, type RestHost } from './http/host.ts';
import { createMetricsServer, type MetricsServer } from './http/metrics-server.ts';
import { type ContextOptions, type OpenContext, openContext } from './open-context.ts';
import { startWarnings } from './start-warnings.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ConnectionLimits } from './transport/connection-limit.ts';
import type { ListenAt } from './transport/listening.ts';

/** The running service. */
export interface Service {
  readonly restPort: number;
  readonly grpcPort: number;
  /** Absent where metrics are on REST's port. */
  readonly metricsPort?: number;
  /** Finishes requests in flight, then closes everything. @returns false if some were cut at the limit. */
  stop(): Promise<boolean>;
}

/** How long requests in flight may take at a stop. */
const DRAIN_LIMIT_MS = 8000;
/** How long a request that is still being received at a stop may take. */
const UNFINISHED_LIMIT_MS = 3000;
/** How long a stop may take in total, after the drain delay. */
const STOP_LIMIT_MS = 10_000;

interface Parts {
  readonly opened: OpenContext;
  readonly rest: RestHost;
  readonly grpc: GrpcHost;
  /** Absent where metrics are on REST's port. */
  readonly metrics: MetricsServer | null;
}

/** Migrates the database, opens everything and listens. @throws {ConfigError} if a port is taken or PostgreSQL refuses. */
export async function startService(config: Config, options: ContextOptions): Promise<Service> {
  const { log } = options.telemetry;
  for (const warning of startWarnings(config)) log.warn(warning);
  await prepareDatabase(config, log);
  const opened = await openContext(config, options);
  let state: 'serving' | 'draining' | 'refusing' = 'serving';
  const shared = {
    context: opened.context,
    operations,
    readiness: {
      isDraining: () => state !== 'serving',
      isRefusing: () => state === 'refusing',
      check: opened.check,
    },
  };
  const { metrics } = options.telemetry;
  const limits = limitsOf(config, config.maxConnections);
  const restHost = createRestHost({
    ...shared,
    ...(config.metricsPort === null && { metrics }),
    hasDocs: config.apiDocs,
    ...{ corsOrigins: config.corsOrigins, keepAliveSeconds: config.keepAliveSeconds },
    docsKeepToken: config.environment === 'development',
    limits,
  });
  const [rest] = await Promise.all([
    restHost,
    opened.opened.catch(rethrowAsConfigError('DATABASE_URL')),
  ]).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const grpc = createGrpcHost({
    ...shared,
    limits: limitsOf(config, config.maxGrpcConnections),
    hasReflection: config.grpcReflection,
  });
  const metricsServer = config.metricsPort === null ? null : createMetricsServer(metrics, log);
  const parts = { opened, rest, grpc, metrics: metricsServer };
  const ports = await listen(parts, config).catch(async (error) => {
    await closeAll(parts);
    throw error;
  });
  const { restPort: rest_port, grpcPort: grpc_port, metricsPort: metrics_port } = ports;
  log.info({ pid: process.pid, rest_port, grpc_port, metrics_port }, 'patrol-service is ready');
  return {
    ...ports,
    // While draining, requests are served and their connections closed; then the ports are closed.
    stop: async () => {
      state = 'draining';
      // They go elsewhere while this one still answers.
      opened.context.watchers.stop();
      await pause(config.drainDelaySeconds * 1000);
      state = 'refusing';
      return stopInTime(parts, log);
    },
  };
}

function limitsOf({ maxShareOfAddress, trustedProxies }: Config, total: number): ConnectionLimits {
  return { total, perAddress: Math.ceil(total * maxShareOfAddress), proxies: trustedProxies };
}

async function listen(
  { rest, grpc, metrics }: Parts,
  { host, restPort, grpcPort, metricsPort }: Config,
): Promise<Omit<Service, 'stop'>> {
  const open = (part: RestHost | GrpcHost | MetricsServer, variable: string, port: number) =>
    part.listen({ host, port }).catch(explainListenError(variable, { host, port }));
  // gRPC first checks the database, which may take seconds. If REST listened meanwhile, a stop would cut its requests off.
  const boundGrpcPort = await open(grpc, 'GRPC_PORT', grpcPort);
  const ports = { restPort: await open(rest, 'REST_PORT', restPort), grpcPort: boundGrpcPort };
  if (!metrics) return ports;
  return { ...ports, metricsPort: await open(metrics, 'METRICS_PORT', metricsPort ?? 0) };
}

/** Errors of a host name that does not resolve, or an address of another machine. */
const NOT_OURS = /ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL/;

function explainListenError(variable: string, { host, port }: ListenAt) {
  return (cause: unknown): never => {
    const text = String(cause);
    if (text.includes('EADDRINUSE'))
      throw new ConfigError(`Port ${port} is in use; set ${variable} to another one.`, { cause });
    if (text.includes('EACCES'))
      throw new ConfigError(`Port ${port} is not for this user to open; set ${variable} to another one.`, {
        cause,
      });
    if (host !== null && NOT_OURS.test(text))
      throw new ConfigError(`HOST is no name or address of this machine: "${host}".`, { cause });
    throw cause;
  };
}

/** Closes the transports first, and then the pool and channels that their last responses need. */
async function closeAll({ opened, rest, grpc, metrics }: Parts): Promise<void> {
  // Node would wait for connections that never sent anything.
  rest.connections?.closeSilent();
  const timer = setTimeout(() => rest.connections?.closeUnfinished(), UNFINISHED_LIMIT_MS);
  await Promise.all([rest.close(), grpc.stop(DRAIN_LIMIT_MS), metrics?.close()]);
  clearTimeout(timer);
  await opened.close();
}

async function stopInTime(parts: Parts, log: Telemetry['log']): Promise<boolean> {
  const limit = pause(STOP_LIMIT_MS, 'late' as const, { ref: false });
  const closed = closeAll(parts).then(() => 'closed' as const);
  if ((await Promise.race([closed, limit])) === 'closed') return true;
  log.error(`requests were still in flight after ${STOP_LIMIT_MS} ms, and were cut`);
  parts.rest.app.server.closeAllConnections();
  return false;
}
