import { expect, test } from '@jest/globals';
import { ConfigError, readConfig, readMigrationConfig } from '../../lib/config.ts';
import { NO_ADDRESSES } from '../../lib/settings/addresses.ts';
import { startWarnings } from '../../lib/start-warnings.ts';

const complete = {
  DATABASE_URL: 'postgresql+asyncpg://campus:secret@postgres-patrol:5432/patrol_db',
  AUTH_GRPC_HOST: 'auth-service',
  AUTH_GRPC_PORT: '50051',
  APPLICATION_GRPC_HOST: 'application-service',
  APPLICATION_GRPC_PORT: '50055',
  JWT_SECRET_KEY: 'supersecretkey',
};

function complaint(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the environment was accepted');
}

test('the campus’s own environment is enough, and the rest has defaults', () => {
  expect(readConfig(complete)).toEqual({
    databaseUrl: 'postgresql://campus:secret@postgres-patrol:5432/patrol_db',
    migrationDatabaseUrl: 'postgresql://campus:secret@postgres-patrol:5432/patrol_db',
    databaseReadUrl: null,
    databasePoolSize: 10,
    databaseTimeoutSeconds: 5,
    authService: { host: 'auth-service', port: 50_051 },
    applicationService: { host: 'application-service', port: 50_055 },
    jwtSecret: 'supersecretkey',
    authCacheSeconds: 0,
    grpcTimeoutSeconds: 5,
    grpcMaxRetries: 3,
    host: null,
    restPort: 8002,
    grpcPort: 50_052,
    drainDelaySeconds: 1,
    keepAliveSeconds: 72,
    maxRequestsInFlight: 256,
    maxConnections: 5000,
    maxGrpcConnections: 1000,
    maxShareOfAddress: 0.5,
    trustedProxies: NO_ADDRESSES,
    grpcReflection: true,
    apiDocs: true,
    metricsPort: null,
    corsOrigins: [],
    trustUserMetadata: false,
    timezone: 'Europe/Moscow',
    patrolStartTime: '22:00',
    buildings: new Map([
      ['8', 4],
      ['9', 4],
    ]),
    leaveLookbackDays: 14,
    handInUnchecked: 'refuse',
    logLevel: 'info',
    lokiUrl: null,
    lokiTenantId: null,
    environment: 'development',
    tracesAreExported: false,
  });
});

test('reflection is off in production unless it is switched on', () => {
  const production = { ...complete, ENVIRONMENT: 'production', JWT_SECRET_KEY: 'x'.repeat(32) };
  expect(readConfig(production).grpcReflection).toBe(false);
  expect(readConfig({ ...production, GRPC_REFLECTION: 'true' }).grpcReflection).toBe(true);
});

test('every missing variable is named in one message', () => {
  const message = complaint({});
  for (const name of Object.keys(complete)) expect(message).toContain(`${name} is required`);
});

test('every bad variable is named in one message, with what it should be', () => {
  const bad = {
    AUTH_GRPC_PORT: '70000',
    GRPC_TIMEOUT_SECONDS: 'soon',
    GRPC_MAX_RETRIES: '-1',
    LOG_LEVEL: 'LOUD',
    ENVIRONMENT: 'staging',
    CAMPUS_TIMEZONE: 'Mars/Olympus',
    PATROL_START_TIME: '25:00',
    REST_PORT: 'http',
    DATABASE_READ_URL: 'mysql://campus:secret@host/db',
    DATABASE_POOL_SIZE: '0',
    AUTH_CACHE_SECONDS: 'x',
    LOKI_URL: 'loki:3100',
    LOKI_TENANT_ID: 'campus\r\nx-more: 1',
    HOST: 'http://127.0.0.1',
    KEEP_ALIVE_SECONDS: '3601',
    MAX_REQUESTS_IN_FLIGHT: '0',
    MAX_CONNECTIONS: '0',
    MAX_GRPC_CONNECTIONS: 'many',
    MAX_SHARE_OF_ADDRESS: '1.1',
    TRUSTED_PROXIES: 'proxy.example',
    GRPC_REFLECTION: 'maybe',
    CORS_ORIGINS: 'https://campus.example/path',
    CAMPUS_BUILDINGS: '8',
    LEAVE_LOOKBACK_DAYS: '61',
    HAND_IN_UNCHECKED: 'maybe',
    DATABASE_URL: 'postgresql://campus:100%@db/patrol_db',
  };
  const message = complaint({ ...complete, ...bad });
  for (const name of Object.keys(bad)) expect(message).toContain(`${name} must be`);
});

test.each([
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['localhost', 'localhost'],
])('HOST=%s is %s', (written, host) => {
  expect(readConfig({ ...complete, HOST: written }).host).toBe(host);
});

test('a password is never repeated, not even out of a broken address', () => {
  const message = complaint({ ...complete, DATABASE_URL: 'mysql://campus:secret@host/db' });
  expect(message).toContain('DATABASE_URL must be');
  expect(message).not.toContain('secret');
});

test.each([
  ['DEBUG', 'debug'],
  ['warning', 'warn'],
  ['Warn', 'warn'],
  ['CRITICAL', 'fatal'],
  ['fatal', 'fatal'],
])('log level %s is %s', (written, read) => {
  expect(readConfig({ ...complete, LOG_LEVEL: written }).logLevel).toBe(read);
});

test('the deadline may be a fraction of a second, and retries may be switched off', () => {
  const config = readConfig({ ...complete, GRPC_TIMEOUT_SECONDS: '0.25', GRPC_MAX_RETRIES: '0' });
  expect(config).toMatchObject({ grpcTimeoutSeconds: 0.25, grpcMaxRetries: 0 });
});

test.each<[Record<string, string>, boolean]>([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, true],
  [{ OTEL_TRACES_EXPORTER: 'console' }, true],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
  [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
])('with %j, that traces are exported is %s', (own, expected) => {
  expect(readConfig({ ...complete, ...own }).tracesAreExported).toBe(expected);
});

test('migrations may go past a pooler, by an address of their own', () => {
  const MIGRATION_DATABASE_URL = 'postgresql+psycopg://campus:secret@postgres-patrol/patrol_db';
  expect(readConfig({ ...complete, MIGRATION_DATABASE_URL }).migrationDatabaseUrl).toBe(
    'postgresql://campus:secret@postgres-patrol/patrol_db',
  );
});

test('a campus has the buildings that CAMPUS_BUILDINGS lists, with their entrances', () => {
  const read = (CAMPUS_BUILDINGS: string) => [...readConfig({ ...complete, CAMPUS_BUILDINGS }).buildings];
  expect(read('8:4, 9A:12,Южный:99')).toEqual([
    ['8', 4],
    ['9A', 12],
    ['Южный', 99],
  ]);
});

test.each(['8', '8:0', '8:100', '8:4,8:4', '8:4,', 'длинное:1', '8-9:4', ':4', '8:-1', '8:4;9:4'])(
  'CAMPUS_BUILDINGS=%s is refused',
  (CAMPUS_BUILDINGS) => {
    expect(complaint({ ...complete, CAMPUS_BUILDINGS })).toContain('CAMPUS_BUILDINGS must be');
  },
);

test('a command that works on the database alone wants its address, and no more', () => {
  const { DATABASE_URL } = complete;
  const databaseUrl = 'postgresql://campus:secret@postgres-patrol:5432/patrol_db';
  expect(readMigrationConfig({ DATABASE_URL })).toEqual({
    migrationDatabaseUrl: databaseUrl,
    logLevel: 'info',
  });
  const direct = { MIGRATION_DATABASE_URL: 'postgresql+psycopg://campus:secret@postgres-patrol/patrol_db' };
  const migrationDatabaseUrl = 'postgresql://campus:secret@postgres-patrol/patrol_db';
  expect(readMigrationConfig(direct)).toMatchObject({ migrationDatabaseUrl });
  expect(readMigrationConfig({ DATABASE_URL, ...direct })).toMatchObject({ migrationDatabaseUrl });
});

test('what is missing or wrong for such a command is said as for the service', () => {
  const told = (environment: Record<string, string>) => {
    try {
      return readMigrationConfig(environment);
    } catch (error) {
      return error;
    }
  };
  const form = /^The environment is not right:\n( {2}- .*\n)+docs\/configuration\.md and/;
  expect(told({})).toBeInstanceOf(ConfigError);
  expect(told({})).toMatchObject({ message: expect.stringMatching(form) });
  expect(told({})).toMatchObject({
    message: expect.stringContaining('DATABASE_URL is required, and not set'),
  });
  const wrong = told({ MIGRATION_DATABASE_URL: 'mysql://campus:secret@host/db', LOG_LEVEL: 'LOUD' });
  expect(wrong).toMatchObject({ message: expect.stringMatching(form) });
  expect(wrong).toMatchObject({ message: expect.stringContaining('MIGRATION_DATABASE_URL must be') });
  expect(wrong).toMatchObject({ message: expect.stringContaining('LOG_LEVEL must be') });
  expect(wrong).toMatchObject({ message: expect.not.stringContaining('secret') });
});

test('a secret is used byte for byte as it stands, and the published one not in production', () => {
  const read = (own: Record<string, string>) => readConfig({ ...complete, ...own }).jwtSecret;
  expect(read({ JWT_SECRET_KEY: ' secret of ours\n' })).toBe(' secret of ours\n');
  expect(read({ JWT_SECRET_KEY: 'supersecretkey' })).toBe('supersecretkey');
  for (const JWT_SECRET_KEY of ['supersecretkey', 'supersecretkey\n']) {
    const message = complaint({ ...complete, JWT_SECRET_KEY, ENVIRONMENT: 'Production' });
    expect(message).toContain('JWT_SECRET_KEY must be a secret of your own');
    expect(message).not.toContain('supersecretkey');
  }
});

test('what works and may not be meant is said at the start', () => {
  const warnings = (own: Record<string, string>) => startWarnings(readConfig({ ...complete, ...own }));
  expect(warnings({})).toEqual([]);
  expect(warnings({ GRPC_TRUST_USER_METADATA: 'true', JWT_SECRET_KEY: 'short\n' })).toEqual([
    expect.stringContaining('GRPC_TRUST_USER_METADATA'),
    expect.stringContaining('JWT_SECRET_KEY ends with a line break'),
  ]);
  expect(warnings({ ENVIRONMENT: 'production', JWT_SECRET_KEY: 'short' })).toEqual([
    expect.stringContaining('JWT_SECRET_KEY is shorter than 32 bytes'),
  ]);
  expect(warnings({ ENVIRONMENT: 'production', JWT_SECRET_KEY: 'x'.repeat(32) })).toEqual([]);
});
