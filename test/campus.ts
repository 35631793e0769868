import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { SignJWT } from 'jose';
import pg from 'pg';
import { startApplicationStandIn } from '../infra/local/application-stand-in.ts';
import { startAuthStandIn } from '../infra/local/auth-stand-in.ts';
import { type Resident, residentFor, settleCampus } from '../infra/local/campus.ts';
import { issueToken } from '../infra/local/token-issuer.ts';
import type { Role } from '../lib/auth/roles.ts';
import { type Config, readConfig } from '../lib/config.ts';
import { type ContextOptions, type OpenContext, openContext } from '../lib/open-context.ts';
import { type Service, startService } from '../lib/service.ts';
import { openTelemetry } from '../lib/telemetry/telemetry.ts';
import { TEMPLATE } from './database-server.ts';

/** The example secret of the contract: 14 bytes, which must work. */
export const SECRET = 'supersecretkey';

type Peer<Start extends (...options: never[]) => Promise<unknown>> = Awaited<ReturnType<Start>>;

/** A campus of a test's own: its database, its peers, and a clock that stands still until it is moved. */
export interface TestCampus {
  readonly config: Config;
  readonly environment: Record<string, string>;
  readonly auth: Peer<typeof startAuthStandIn>;
  readonly applications: Peer<typeof startApplicationStandIn>;
  readonly clock: { now: Date };
  /** Every line that the service logged. */
  readonly logged: Record<string, unknown>[];
  readonly surroundings: ContextOptions;
  /** Runs SQL on the campus's database, past the service. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface TestCampusOptions {
  readonly environment?: Record<string, string>;
}

/** 22:30 in Moscow on the evening that tests patrol. */
export const EVENING = new Date('2025-12-01T19:30:00Z');

/** Minors whom auth-service knows and has no entrance for yet: nobody's list has them, and they can be added by hand. */
export const NEWCOMERS: readonly Resident[] = Array.from({ length: 9 }, (_, at) => ({
  ...residentFor('student_patrol'),
  user_id: `99999999-0000-4000-8000-00000000000${at + 1}`,
  ...{ building: '', entrance: 0, floor: 0, room: '', roles: ['student'] },
}));

/** Somebody whom auth-service does not know. */
export const NOBODY = '99999999-0000-4000-8000-0000000000ff';

export async function openTestCampus({ environment: own = {} }: TestCampusOptions = {}): Promise<TestCampus> {
  // A test of what happens to a server brings a server of its own.
  const databaseUrl = own.DATABASE_URL ?? (await cloneTemplate());
  const residents = [...settleCampus(), ...NEWCOMERS];
  const clock = { now: EVENING };
  const [auth, applications] = await Promise.all([
    startAuthStandIn({ port: 0, residents, jwtSecret: SECRET, clock: () => clock.now }),
    startApplicationStandIn({ port: 0, residents }),
  ]);
  const environment = {
    DATABASE_URL: databaseUrl,
    AUTH_GRPC_HOST: '127.0.0.1',
    AUTH_GRPC_PORT: String(auth.port),
    APPLICATION_GRPC_HOST: '127.0.0.1',
    APPLICATION_GRPC_PORT: String(applications.port),
    JWT_SECRET_KEY: SECRET,
    REST_PORT: '0',
    GRPC_PORT: '0',
    LOG_LEVEL: 'debug',
    // Nobody balances here; a test of stopping sets its own.
    DRAIN_DELAY_SECONDS: '0',
    // Most tests hand in lists that nobody walked; those of handing in set their own.
    HAND_IN_UNCHECKED: 'allow',
    GRPC_TRUST_USER_METADATA: 'true',
    ...own,
  };
  const config = readConfig(environment);
  const logged: Record<string, unknown>[] = [];
  const telemetry = await openTelemetry(config, collecting(logged));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // Tests cut connections on purpose; the next query gets a new one.
  pool.on('error', () => {});
  return {
    config,
    environment,
    auth,
    applications,
    clock,
    logged,
    surroundings: { telemetry, clock: () => clock.now, strict: true },
    sql: async (text, values) => (await pool.query(text, values)).rows,
    close: async () => {
      await pool.end();
      await Promise.all([auth.stop(), applications.stop(), telemetry.close()]);
    },
  };
}

/** The context alone, with no host in front of it: operations are invoked directly. */
export async function openTestContext(
  options?: TestCampusOptions,
): Promise<TestCampus & Pick<OpenContext, 'context'>> {
  const campus = await openTestCampus(options);
  const opened = await openContext(campus.config, campus.surroundings);
  await opened.opened;
  return {
    ...campus,
    context: opened.context,
    close: async () => {
      await opened.close();
      await campus.close();
    },
  };
}

/** The whole service, listening on a port of its own. */
export async function startTestService(
  options?: TestCampusOptions,
): Promise<TestCampus & { readonly service: Service; readonly url: string }> {
  const campus = await openTestCampus(options);
  const service = await startService(campus.config, campus.surroundings);
  return {
    ...campus,
    service,
    url: `http://127.0.0.1:${service.restPort}`,
    close: async () => {
      await service.stop();
      await campus.close();
    },
  };
}

/** An `Authorization` header of the well-known person of a role. */
export async function bearer(role: Role): Promise<string> {
  return `Bearer ${await issueToken({ secret: SECRET, role, clock: () => EVENING })}`;
}

/** An `Authorization` header with whatever claims a test is about. */
export async function bearerWith(
  claims: Record<string, unknown>,
  secret = SECRET,
  alg = 'HS256',
): Promise<string> {
  const { user_id } = residentFor('educator');
  const exp = Math.floor(EVENING.getTime() / 1000) + 3600;
  const token = new SignJWT({ sub: user_id, roles: ['educator'], type: 'access', exp, ...claims });
  return `Bearer ${await token.setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))}`;
}

/** Gives the address of a new database that has the migrated template's tables. */
export async function cloneTemplate(template = TEMPLATE): Promise<string> {
  const server = `postgresql://campus@127.0.0.1:${process.env.TEST_POSTGRES_PORT}`;
  const name = `patrol_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  return `${server}/${name}`;
}

/** Closes a database to everybody and cuts who is in it; what it gives opens it again. */
export async function shutDatabase(databaseUrl: string): Promise<() => Promise<void>> {
  const { pathname, href } = new URL(databaseUrl);
  const name = pathname.slice(1);
  const client = new pg.Client({ connectionString: href.replace(name, 'postgres') });
  await client.connect();
  // A test that fails before it lets anybody in again leaves this one open until the server goes.
  client.on('error', () => {});
  await client.query(`alter database ${name} allow_connections false`);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  return async () => {
    await client.query(`alter database ${name} allow_connections true`);
    await client.end();
  };
}

function collecting(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
}
