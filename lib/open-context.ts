import type { Logger } from 'pino';
import { createAdmission } from './admission/admission.ts';
import { type Authentication, createAuthentication } from './auth/authentication.ts';
import { createTokenCheck } from './auth/token-check.ts';
import { createApplicationService } from './clients/application-service.ts';
import { type AuthService, createAuthService } from './clients/auth-service.ts';
import { createCampusMinors } from './clients/campus-minors.ts';
import { openChannel } from './clients/channel.ts';
import { createNames } from './clients/names.ts';
import { createPhoneBook } from './clients/phone-book.ts';
import { createRosters } from './clients/rosters.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase } from './database/database.ts';
import { openReadReplica, type ReadReplica } from './database/read-replica.ts';
import { createAttendanceStore } from './patrols/attendance-store.ts';
import { createAuditStore } from './patrols/audit-store.ts';
import { type Campus, entrancesOf } from './patrols/campus.ts';
import { createCensusStore } from './patrols/census-store.ts';
import { observeCoverage } from './patrols/coverage-metrics.ts';
import { createEntryStore } from './patrols/entry-store.ts';
import { observeEvening } from './patrols/evening-metrics.ts';
import { createEventStore } from './patrols/event-store.ts';
import { createPatrolMetrics } from './patrols/patrol-metrics.ts';
import { createPatrolStore } from './patrols/patrol-store.ts';
import { type CheckState, observeReadiness } from './readiness.ts';
import { createAttendanceReports } from './report/attendance-report.ts';
import { singleFlight } from './single-flight.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { outsideRequests } from './telemetry/trace-identity.ts';
import { createEventFeed } from './watch/event-feed.ts';
import { observeWatchers } from './watch/watch-metrics.ts';
import { createWatchers, type Watchers } from './watch/watchers.ts';

/** An open context, with the function that closes it. */
export interface OpenContext {
  readonly context: Context;
  /** Checks the database and both peers, by name. */
  check(): Promise<Readonly<Record<string, CheckState>>>;
  /** Whether PostgreSQL answers within `withinMs`. Asking closes a dead connection. */
  pingDatabase(withinMs: number): Promise<boolean>;
  /** Makes the next calls to both peers reconnect. */
  reconnectPeers(): void;
  /** Rejects when PostgreSQL cannot be reached. Peers may come later. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly telemetry: Telemetry;
  readonly clock: () => Date;
  /** Whether rows and errors are checked against what queries and operations declare: in tests. */
  readonly strict?: boolean;
}

const READINESS_LIMIT_MS = 2000;

/** Starts to open pool and channels, on a migrated database. The caller has to await `opened`. */
export async function openContext(config: Config, options: ContextOptions): Promise<OpenContext> {
  const { telemetry, strict = false } = options;
  const { log, metrics } = telemetry;
  const pool = {
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    limitMs: config.databaseTimeoutSeconds * 1000,
    validatesRows: strict,
    telemetry,
  };
  const database = await openDatabase(pool);
  const readReplica = await openReadReplica(database, { ...pool, readUrl: config.databaseReadUrl });
  const channels = openChannels(config, telemetry);
  const { authChannel, applicationChannel } = channels;
  const parts = { database, 'auth-service': authChannel, 'application-service': applicationChannel };
  const check = readinessCheck(parts, log);
  observeReadiness(metrics.meter, check);
  return {
    context: createContext(config, options, { database, readReplica, ...channels }),
    check,
    pingDatabase: (withinMs) => database.answers(withinMs),
    reconnectPeers() {
      authChannel.reconnect();
      applicationChannel.reconnect();
    },
    opened: database.opened,
    async close() {
      authChannel.close();
      applicationChannel.close();
      await readReplica.close();
      await database.close();
    },
  };
}

interface Connections extends ReturnType<typeof openChannels> {
  readonly database: Database;
  readonly readReplica: ReadReplica;
}

/** Creates everything that operations use, on these connections. */
function createContext(config: Config, options: ContextOptions, connections: Connections): Context {
  const { database, readReplica } = connections;
  const { reads, recentChanges } = readReplica;
  const { telemetry, clock, strict = false } = options;
  const { log, spans, instruments, metrics } = telemetry;
  const { meter } = metrics;
  const campus: Campus = config;
  const patrols = createPatrolStore(database, reads);
  const peers = createPeers(config, options, connections);
  const { authService, campusMinors, names } = peers;
  observeEvening({ meter, census: createCensusStore(reads), clock, campus });
  observeCoverage({ meter, log, campusMinors, patrols, clock, campus });
  return {
    ...peers,
    ...{ patrols, campus, clock, log, spans, instruments, strict },
    admission: createAdmission({ limit: config.maxRequestsInFlight, meter, log }),
    authentication: openAuthentication(config, authService, clock),
    entries: createEntryStore(database),
    audit: createAuditStore(database, reads),
    reports: createAttendanceReports({
      store: createAttendanceStore(reads),
      names,
      timezone: campus.timezone,
    }),
    watchers: openWatchers({ database, names }, telemetry),
    recentChanges,
    handInUnchecked: config.handInUnchecked,
    patrolMetrics: createPatrolMetrics(meter, entrancesOf(campus.buildings)),
  };
}

function openWatchers(
  { database, names }: Pick<Context, 'names'> & Pick<Connections, 'database'>,
  { log, metrics }: Telemetry,
): Watchers {
  const store = createEventStore(database);
  // A snapshot is of the primary: what a standby lacks yet would be in no event either.
  const patrols = createPatrolStore(database);
  const watchers = createWatchers({ feed: createEventFeed(store, log), store, patrols, names, log });
  observeWatchers(metrics.meter, watchers);
  return watchers;
}

/** Creates what operations ask of the peers. */
function createPeers(
  config: Config,
  { telemetry, clock }: ContextOptions,
  { authChannel, applicationChannel }: Connections,
) {
  const { log } = telemetry;
  const { buildings, leaveLookbackDays } = config;
  const authService = createAuthService(authChannel);
  const applicationService = createApplicationService(applicationChannel, {
    log,
    lookbackDays: leaveLookbackDays,
  });
  const names = createNames(authService, log);
  return {
    authService,
    names,
    phoneBook: createPhoneBook(authService, log),
    rosters: createRosters({ authService, applicationService, names, campus: config, clock }),
    campusMinors: createCampusMinors({ authService, names, buildings }),
  };
}

function openAuthentication(config: Config, authService: AuthService, clock: () => Date): Authentication {
  return createAuthentication({
    checkToken: createTokenCheck(config.jwtSecret, clock),
    validateToken: authService.validateToken,
    homeOf: async (userId) => (await authService.person(userId, { isShared: true }))?.home ?? null,
    cacheSeconds: config.authCacheSeconds,
    trustGateway: config.trustUserMetadata,
    clock,
  });
}

function openChannels(config: Config, telemetry: Telemetry) {
  const policy = { timeoutSeconds: config.grpcTimeoutSeconds, maxRetries: config.grpcMaxRetries, telemetry };
  const { authService, applicationService } = config;
  return {
    authChannel: openChannel({ peer: 'auth-service', address: authService, ...policy }),
    applicationChannel: openChannel({ peer: 'application-service', address: applicationService, ...policy }),
  };
}

type Part = Pick<Database, 'reachable'>;

/** Checks all parts at once, and logs each change. Concurrent checks share one result. */
function readinessCheck(parts: Readonly<Record<string, Part>>, log: Logger): OpenContext['check'] {
  const last = new Map<string, CheckState>();
  const ask = async ([name, part]: [string, Part]): Promise<[string, CheckState]> => {
    const state = (await part.reachable(READINESS_LIMIT_MS)) ? 'ok' : 'unavailable';
    if (state !== (last.get(name) ?? 'ok')) {
      if (state === 'ok') log.info({ check: name }, 'what the service needs is back');
      else log.warn({ check: name }, 'what the service needs is out of reach');
    }
    last.set(name, state);
    return [name, state];
  };
  return singleFlight(() =>
    outsideRequests(async () => Object.fromEntries(await Promise.all(Object.entries(parts).map(ask)))),
  );
}
