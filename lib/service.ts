import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { operations } from '../handlers/index.ts';
import { type Config, ConfigError } from './config.ts';
import { createRestHost } from './hosts/rest.ts';
import { migrateDatabase } from './migrations.ts';
import { type OpenContext, openContext, type Surroundings } from './open-context.ts';
import { databaseFault } from './patrols/database-fault.ts';

/** The running service. */
export interface Service {
  readonly restPort: number;
  /** Finishes what is in flight, then closes everything; what is still there after the limit is cut. Gives false then. */
  stop(): Promise<boolean>;
}

/** How long a start waits for a database that is not there yet. */
const DATABASE_PATIENCE_MS = 60_000;
/** How long a stop may take, in flight and all. */
const STOP_LIMIT_MS = 10_000;

/**
 * Migrates the database, opens everything and listens.
 * @throws {ConfigError} when the port is taken or the database stays away.
 */
export async function startService(config: Config, surroundings: Surroundings): Promise<Service> {
  await migrateWhenReachable(config, surroundings);
  const opened = await openContext(config, surroundings);
  let draining = false;
  const app = await createRestHost({
    context: opened.context,
    operations,
    readiness: { isDraining: () => draining, check: opened.check },
  });
  try {
    await app.listen({ host: '0.0.0.0', port: config.restPort });
  } catch (error) {
    await app.close();
    await opened.close();
    throw portTaken(error, config.restPort) ?? error;
  }
  const restPort = portOf(app);
  surroundings.log.info({ rest_port: restPort }, 'patrol-service is ready');
  return {
    restPort,
    stop: () => {
      draining = true;
      return stopInOrder(app, opened, surroundings.log);
    },
  };
}

async function migrateWhenReachable(config: Config, { log }: Surroundings): Promise<void> {
  const patience = Date.now() + DATABASE_PATIENCE_MS;
  for (;;) {
    try {
      return await migrateDatabase({ databaseUrl: config.databaseUrl, log });
    } catch (error) {
      if (databaseFault(error).code !== 'SERVICE_UNAVAILABLE') throw error;
      if (Date.now() > patience) {
        throw new ConfigError('PostgreSQL at DATABASE_URL is out of reach', { cause: error });
      }
      log.warn({ err: error }, 'PostgreSQL is out of reach, trying again');
      await pause(1000);
    }
  }
}

/** Phases of a stop: no new requests and the last answers given, then the pool and the channels. */
async function stopInOrder(
  app: FastifyInstance,
  opened: OpenContext,
  log: Surroundings['log'],
): Promise<boolean> {
  const limit = pause(STOP_LIMIT_MS, 'late' as const, { ref: false });
  const phases = (async () => {
    await app.close();
    await opened.close();
    return 'done' as const;
  })();
  if ((await Promise.race([phases, limit])) === 'done') return true;
  log.error(`requests were still in flight after ${STOP_LIMIT_MS} ms, and were cut`);
  app.server.closeAllConnections();
  return false;
}

function portOf(app: FastifyInstance): number {
  const address: AddressInfo | string | null = app.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function portTaken(error: unknown, port: number): ConfigError | null {
  const taken = Error.isError(error) && 'code' in error && error.code === 'EADDRINUSE';
  return taken ? new ConfigError(`Port ${port} is in use; set REST_PORT to another one.`) : null;
}
