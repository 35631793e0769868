import { type AddressList, NO_ADDRESSES, parseAddresses } from './settings/addresses.ts';
import { type Buildings, parseBuildings, SIRIUS } from './settings/campus-buildings.ts';
import { type Environment, type EnvironmentReader, environmentReader } from './settings/environment.ts';
import { postgresUrl } from './settings/postgres-url.ts';
import {
  headerValue,
  hostName,
  httpUrl,
  integer,
  type LogLevel,
  listenHost,
  logLevel,
  number,
  oneOf,
  origins,
  timeOfDay,
  timezone,
  yesOrNo,
} from './settings/setting-values.ts';

/** The address of a peer. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** The configuration, read once from the environment. Names say the unit of times. */
export interface Config {
  readonly databaseUrl: string;
  /** The database for migrations, which bypasses a pooler: they hold a session lock. */
  readonly migrationDatabaseUrl: string;
  /** A standby of `databaseUrl`, for what may be a moment old; null if there is none. */
  readonly databaseReadUrl: string | null;
  readonly databasePoolSize: number;
  /** How long a caller waits for PostgreSQL, including the wait for a connection. */
  readonly databaseTimeoutSeconds: number;
  readonly authService: PeerAddress;
  readonly applicationService: PeerAddress;
  readonly jwtSecret: string;
  readonly authCacheSeconds: number;
  readonly grpcTimeoutSeconds: number;
  readonly grpcMaxRetries: number;
  /** The name or address that both ports listen on; null for all addresses of both families. */
  readonly host: string | null;
  readonly restPort: number;
  readonly grpcPort: number;
  /** How long a stopping service keeps serving, so that load balancers and clients can move on. */
  readonly drainDelaySeconds: number;
  /** How long an idle REST connection is kept. */
  readonly keepAliveSeconds: number;
  /** Requests served at a time; more are refused with 503. */
  readonly maxRequestsInFlight: number;
  /** Connections that each port holds at a time. */
  readonly maxConnections: number;
  readonly maxGrpcConnections: number;
  /** The part of a port's connections that one address may hold. */
  readonly maxShareOfAddress: number;
  /** Proxies in front of the service: their `X-Forwarded-For` is trusted, and they have no limit per address. */
  readonly trustedProxies: AddressList;
  /** Origins that may call the service from a browser; none by default. */
  readonly corsOrigins: readonly string[];
  /** Whether gRPC reflection is served. */
  readonly grpcReflection: boolean;
  /** Whether the API documentation is served. */
  readonly apiDocs: boolean;
  /** The port that metrics are served on; null for the one of REST. */
  readonly metricsPort: number | null;
  /** Whether the gateway's metadata is trusted without a token. */
  readonly trustUserMetadata: boolean;
  readonly timezone: string;
  /** `HH:MM`, in `timezone`. */
  readonly patrolStartTime: string;
  /** Each building with the number of its entrances. */
  readonly buildings: Buildings;
  /** How many days before a patrol's moment leaves are requested from. */
  readonly leaveLookbackDays: number;
  /** Whether a patrol may be handed in with students who were not checked. */
  readonly handInUnchecked: 'refuse' | 'allow';
  readonly logLevel: LogLevel;
  /** Loki's base URL or push URL, or null. Log lines are pushed there too. */
  readonly lokiUrl: string | null;
  /** The tenant, for a multi-tenant Loki. */
  readonly lokiTenantId: string | null;
  readonly environment: 'development' | 'production';
  /** Whether OpenTelemetry's own variables name a trace exporter; the SDK reads the rest of them itself. */
  readonly tracesAreExported: boolean;
}

/** Lists all problems of the environment, in a message for the operator, without any value that may be secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the environment (docs/contract.md, *Environment*). @throws {ConfigError} naming every bad variable. */
export function readConfig(environment: Environment): Config {
  const { problems, optional, required } = environmentReader(environment);
  const databaseUrl = required('DATABASE_URL', '', postgresUrl);
  const config: Config = {
    databaseUrl,
    migrationDatabaseUrl: optional('MIGRATION_DATABASE_URL', databaseUrl, postgresUrl),
    databaseReadUrl: optional('DATABASE_READ_URL', null, postgresUrl),
    databasePoolSize: optional('DATABASE_POOL_SIZE', 10, integer(1, 1000)),
    databaseTimeoutSeconds: optional('DATABASE_TIMEOUT_SECONDS', 5, number(0.001, 300)),
    authService: {
      host: required('AUTH_GRPC_HOST', '', hostName),
      port: required('AUTH_GRPC_PORT', 0, integer(1, 65_535)),
    },
    applicationService: {
      host: required('APPLICATION_GRPC_HOST', '', hostName),
      port: required('APPLICATION_GRPC_PORT', 0, integer(1, 65_535)),
    },
    jwtSecret: required('JWT_SECRET_KEY', '', () => secretOf(environment)),
    authCacheSeconds: optional('AUTH_CACHE_SECONDS', 0, number(0, 3600)),
    grpcTimeoutSeconds: optional('GRPC_TIMEOUT_SECONDS', 5, number(0.001, 300)),
    grpcMaxRetries: optional('GRPC_MAX_RETRIES', 3, integer(0, 100)),
    host: optional('HOST', null, listenHost),
    restPort: optional('REST_PORT', 8002, integer(0, 65_535)),
    grpcPort: optional('GRPC_PORT', 50_052, integer(0, 65_535)),
    drainDelaySeconds: optional('DRAIN_DELAY_SECONDS', 1, number(0, 60)),
    keepAliveSeconds: optional('KEEP_ALIVE_SECONDS', 72, integer(0, 3600)),
    maxRequestsInFlight: optional('MAX_REQUESTS_IN_FLIGHT', 256, integer(1, 100_000)),
    maxConnections: optional('MAX_CONNECTIONS', 5000, integer(1, 100_000)),
    maxGrpcConnections: optional('MAX_GRPC_CONNECTIONS', 1000, integer(1, 100_000)),
    maxShareOfAddress: optional('MAX_SHARE_OF_ADDRESS', 0.5, number(0.001, 1)),
    trustedProxies: optional('TRUSTED_PROXIES', NO_ADDRESSES, parseAddresses),
    corsOrigins: optional('CORS_ORIGINS', [], origins),
    ...apiDescriptions(environment, optional),
    metricsPort: optional('METRICS_PORT', null, integer(0, 65_535)),
    trustUserMetadata: optional('GRPC_TRUST_USER_METADATA', false, yesOrNo),
    ...campusSettings(optional),
    logLevel: optional('LOG_LEVEL', 'info', logLevel),
    lokiUrl: optional('LOKI_URL', null, httpUrl),
    lokiTenantId: optional('LOKI_TENANT_ID', null, headerValue),
    environment: optional('ENVIRONMENT', 'development' as const, oneOf(['development', 'production'])),
    tracesAreExported: tracesAreExported(environment),
  };
  throwIfAny(problems);
  return config;
}

/** The secret of docs/contract.md and of every example: every reader can sign tokens with it. */
const PUBLISHED_SECRET = 'supersecretkey';

/** Returns the secret unchanged. @throws for the published one in production. */
function secretOf(environment: Environment): string {
  const { JWT_SECRET_KEY = '' } = environment;
  if (!isProduction(environment) || JWT_SECRET_KEY.trim() !== PUBLISHED_SECRET) return JWT_SECRET_KEY;
  throw new Error('must be a secret of your own in production, and not the published example');
}

function isProduction({ ENVIRONMENT = '' }: Environment): boolean {
  return ENVIRONMENT.trim().toLowerCase() === 'production';
}

/** Reads what tells of the API: without documentation there is no reflection either, unless it is asked for. */
function apiDescriptions(environment: Environment, optional: EnvironmentReader['optional']) {
  const apiDocs = optional('API_DOCS', true, yesOrNo);
  const grpcReflection = optional('GRPC_REFLECTION', apiDocs && !isProduction(environment), yesOrNo);
  return { apiDocs, grpcReflection };
}

/** Reads the campus's settings: where it is, when it patrols, and what it allows. */
function campusSettings(optional: EnvironmentReader['optional']) {
  return {
    timezone: optional('CAMPUS_TIMEZONE', 'Europe/Moscow', timezone),
    patrolStartTime: optional('PATROL_START_TIME', '22:00', timeOfDay),
    buildings: optional('CAMPUS_BUILDINGS', SIRIUS, parseBuildings),
    leaveLookbackDays: optional('LEAVE_LOOKBACK_DAYS', 14, integer(0, 60)),
    handInUnchecked: optional('HAND_IN_UNCHECKED', 'refuse' as const, oneOf(['refuse', 'allow'])),
  };
}

/** Reads the settings of a command that only uses the database. @throws {ConfigError} naming every bad variable. */
export function readMigrationConfig(
  environment: Environment,
): Pick<Config, 'migrationDatabaseUrl' | 'logLevel'> {
  const { problems, optional, required } = environmentReader(environment);
  const config = {
    migrationDatabaseUrl: required(migrationVariable(environment), '', postgresUrl),
    logLevel: optional('LOG_LEVEL', 'info', logLevel),
  };
  throwIfAny(problems);
  return config;
}

/** Returns the name of the variable with the migrations' database. */
export function migrationVariable({ MIGRATION_DATABASE_URL }: Environment): string {
  return MIGRATION_DATABASE_URL?.trim() ? 'MIGRATION_DATABASE_URL' : 'DATABASE_URL';
}

function throwIfAny(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  throw new ConfigError(
    `The environment is not right:\n${list}\ndocs/configuration.md and .env.example list every setting.`,
  );
}

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
function tracesAreExported(environment: Environment): boolean {
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  const exporter = environment.OTEL_TRACES_EXPORTER?.trim();
  if (environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || exporter === 'none') return false;
  return (
    isSet('OTEL_TRACES_EXPORTER') ||
    isSet('OTEL_EXPORTER_OTLP_ENDPOINT') ||
    isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  );
}
