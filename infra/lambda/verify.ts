/**
 * `npm run verify:lambda`: the bundle, in a folder of its own, under AWS's runtime client and the Runtime API, against a
 * real PostgreSQL and the peers' stand-ins. One line a case; exit code 1 if any of them fails.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { startApplicationStandIn } from '../local/application-stand-in.ts';
import { startAuthStandIn } from '../local/auth-stand-in.ts';
import { settleCampus } from '../local/campus.ts';
import { ensureDatabase, startEmbeddedPostgres } from '../local/postgres.ts';
import { BUNDLE, bundle } from './bundle.ts';
import { serveRuntimeApi } from './runtime-api.ts';
import { runtimeClient, startRuntime } from './runtime-client.ts';
import { relayTo } from './tcp-relay.ts';
import { CASES, type Stage } from './verify-cases.ts';

takeNoArguments(`npm run verify:lambda
Drives the bundle of the cloud function as the platform does, on an embedded PostgreSQL.`);

const JWT_SECRET = 'the secret of this run and of nobody else';
const DATABASE = 'patrol_db';

type Opened = (() => unknown)[];

async function verify(opened: Opened): Promise<boolean> {
  const client = await runtimeClient(say);
  await bundle();
  const folder = await mkdtemp(join(tmpdir(), 'patrol-lambda-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  // A copy elsewhere: in its place the bundle could find by accident what it does not carry.
  const taskRoot = join(folder, 'task');
  await cp(BUNDLE, taskRoot, { recursive: true });
  const stage = await setStage({ client, taskRoot, folder, opened });
  let allPassed = true;
  for (const [name, run] of Object.entries(CASES)) {
    const seen = await run(stage).then(
      (text) => `passed  ${name}: ${text}`,
      (error) => {
        allPassed = false;
        return `FAILED  ${name}: ${Error.isError(error) ? error.message : String(error)}`;
      },
    );
    say(seen);
  }
  if (!allPassed) say(`\nwhat the function wrote:\n${stage.runtime.output()}`);
  return allPassed;
}

interface Props {
  readonly client: string;
  readonly taskRoot: string;
  readonly folder: string;
  readonly opened: Opened;
}

async function setStage({ client, taskRoot, folder, opened }: Props): Promise<Stage> {
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'pg'),
    port: 0,
    durable: false,
  });
  opened.push(() => postgres.stop());
  await ensureDatabase(postgres, DATABASE);
  const databaseUrl = postgres.url(DATABASE);
  await migrateDatabase({ databaseUrl, log: pino({ level: 'silent' }) });
  const residents = settleCampus();
  const startPeers = async (ports = { auth: 0, application: 0 }) => ({
    auth: await startAuthStandIn({ port: ports.auth, residents, jwtSecret: JWT_SECRET }),
    application: await startApplicationStandIn({ port: ports.application, residents }),
  });
  let peers = await startPeers();
  const stopPeers = () => Promise.all([peers.auth.stop(), peers.application.stop()]);
  opened.push(stopPeers);
  const restartPeers = async (): Promise<void> => {
    await stopPeers();
    peers = await startPeers({ auth: peers.auth.port, application: peers.application.port });
  };
  const relays = await Promise.all(
    [postgres.port, peers.auth.port, peers.application.port].map((port) => relayTo(port)),
  );
  const [database, auth, application] = relays.map(({ port }) => port);
  opened.push(...relays.map((relay) => () => relay.close()));
  const api = await serveRuntimeApi();
  opened.push(() => api.close());
  const environment = {
    DATABASE_URL: databaseUrl.replace(`:${postgres.port}/`, `:${database}/`),
    AUTH_GRPC_HOST: '127.0.0.1',
    AUTH_GRPC_PORT: String(auth),
    APPLICATION_GRPC_HOST: '127.0.0.1',
    APPLICATION_GRPC_PORT: String(application),
    JWT_SECRET_KEY: JWT_SECRET,
    ENVIRONMENT: 'production',
  };
  const start = (runtimeApi: string, env: Readonly<Record<string, string>>) => {
    const runtime = startRuntime({ client, taskRoot, runtimeApi, environment: env });
    opened.push(() => runtime.child.kill('SIGKILL'));
    return runtime;
  };
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  opened.push(() => pool.end());
  const runtime = start(api.address, environment);
  return {
    api,
    runtime,
    relays,
    restartPeers,
    start,
    environment,
    pool,
    jwtSecret: JWT_SECRET,
    database: DATABASE,
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Newest first: the function goes before what it is connected to. */
async function closeAll(opened: Opened): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

const opened: Opened = [];
try {
  process.exitCode = (await verify(opened)) ? 0 : 1;
} finally {
  await closeAll(opened);
}
