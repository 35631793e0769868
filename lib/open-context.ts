import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createAuthentication } from './identity/authentication.ts';
import { createTokenCheck } from './identity/token-check.ts';
import { openDatabase } from './patrols/database.ts';
import { createEntryStore } from './patrols/entry-store.ts';
import { createPatrolStore } from './patrols/patrol-store.ts';
import { createApplicationService } from './peers/application-service.ts';
import { createAuthService } from './peers/auth-service.ts';
import { openChannel } from './peers/channel.ts';
import { createNames } from './peers/names.ts';
import type { CheckState } from './readiness.ts';
import type { TraceContext } from './telemetry/trace-identity.ts';

/** A context with everything in it open, and the one owner that closes it. */
export interface OpenContext {
  readonly context: Context;
  /** The state of the database and of both peers, by name. */
  check(): Promise<Readonly<Record<string, CheckState>>>;
  /** Whether PostgreSQL answers within `withinMs`; a connection that does not is given up by being asked. */
  databaseAnswers(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface Surroundings {
  readonly log: Logger;
  readonly trace: TraceContext;
  readonly clock: () => Date;
}

const READINESS_LIMIT_MS = 2000;

/**
 * Opens the pool and the channels that operations work with; the database must have been migrated.
 * @throws when PostgreSQL cannot be reached. Peers may come later.
 */
export async function openContext(config: Config, surroundings: Surroundings): Promise<OpenContext> {
  const { log, trace, clock } = surroundings;
  const database = await openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    limitMs: config.databaseTimeoutSeconds * 1000,
    log,
  });
  const policy = { timeoutSeconds: config.grpcTimeoutSeconds, maxRetries: config.grpcMaxRetries, trace };
  const authChannel = openChannel({ peer: 'auth-service', address: config.authService, ...policy });
  const applicationChannel = openChannel({
    peer: 'application-service',
    address: config.applicationService,
    ...policy,
  });
  const authService = createAuthService(authChannel);
  const authentication = createAuthentication({
    checkToken: createTokenCheck(config.jwtSecret, clock),
    validateToken: authService.validateToken,
    cacheSeconds: config.authCacheSeconds,
    trustGateway: config.trustUserMetadata,
    clock,
  });
  return {
    context: {
      authentication,
      patrols: createPatrolStore(database),
      entries: createEntryStore(database),
      authService,
      names: createNames(authService, log),
      applicationService: createApplicationService(applicationChannel, log),
      evening: { timezone: config.timezone, patrolStartTime: config.patrolStartTime },
      clock,
      log,
      trace,
    },
    async check() {
      const [ofDatabase, ofAuth, ofApplication] = await Promise.all(
        [database, authChannel, applicationChannel].map((part) => part.reachable(READINESS_LIMIT_MS)),
      );
      return {
        database: stateOf(ofDatabase),
        'auth-service': stateOf(ofAuth),
        'application-service': stateOf(ofApplication),
      };
    },
    databaseAnswers: (withinMs) => database.reachable(withinMs),
    async close() {
      authChannel.close();
      applicationChannel.close();
      await database.close();
    },
  };
}

function stateOf(reachable: boolean | undefined): CheckState {
  return reachable ? 'ok' : 'unavailable';
}
