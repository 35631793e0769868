import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApplicationStandIn } from '../local/application-stand-in.ts';
import { startAuthStandIn } from '../local/auth-stand-in.ts';
import { settleCampus } from '../local/campus.ts';
import { ensureDatabase, freePort, startEmbeddedPostgres } from '../local/postgres.ts';
import { issueToken } from '../local/token-issuer.ts';
import { type Running, start } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';
import type { Opened } from './part.ts';

/** Nobody's real one: whoever runs this may have theirs in the environment. */
const SECRET = 'a secret of this run, 32 bytes long';
const START_LIMIT_MS = 60_000;

type Settings = Readonly<Record<string, string>>;

/** What replicas of one campus have in common. */
export interface Campus {
  readonly settings: Settings;
  /** An `Authorization` of an educator. */
  readonly authorization: string;
}

/** A replica on ports of its own, which it has again after a restart. */
export interface Replica {
  readonly restPort: number;
  readonly grpcPort: number;
  start(): Promise<void>;
  /** SIGTERM, and what comes of it; returns when the process is gone. */
  stop(): Promise<void>;
}

/** Starts stand-ins of both peers for replicas that use this database. */
export async function openCampus(databaseUrl: string, opened: Opened, own: Settings = {}): Promise<Campus> {
  const residents = settleCampus();
  const [auth, applications] = await Promise.all([
    startAuthStandIn({ port: 0, residents, jwtSecret: SECRET }),
    startApplicationStandIn({ port: 0, residents }),
  ]);
  opened.push(() => Promise.all([auth.stop(), applications.stop()]));
  const settings = {
    DATABASE_URL: databaseUrl,
    MIGRATION_DATABASE_URL: '',
    AUTH_GRPC_HOST: '127.0.0.1',
    AUTH_GRPC_PORT: String(auth.port),
    APPLICATION_GRPC_HOST: '127.0.0.1',
    APPLICATION_GRPC_PORT: String(applications.port),
    JWT_SECRET_KEY: SECRET,
    HOST: '127.0.0.1',
    LOKI_URL: '',
    LOG_LEVEL: 'WARNING',
    ...own,
  };
  return { settings, authorization: `Bearer ${await issueToken({ secret: SECRET, role: 'educator' })}` };
}

/** Chooses the ports of a replica, which is not started yet. */
export async function replicaOf({ settings }: Campus, opened: Opened, own: Settings = {}): Promise<Replica> {
  const [restPort, grpcPort] = [await freePort(0), await freePort(0)];
  const ports = { REST_PORT: String(restPort), GRPC_PORT: String(grpcPort) };
  const environment = { ...settings, ...ports, ...own };
  let running: Running | undefined;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  opened.push(stop);
  return {
    ...{ restPort, grpcPort, stop },
    async start() {
      const process_ = start({ command: process.execPath, args: ['lib/bin/main.ts'], environment });
      running = process_;
      await until(`a replica is ready on ${restPort}`, START_LIMIT_MS, async () => {
        process_.expectAlive();
        return (await fetch(`http://127.0.0.1:${restPort}/health/readiness`)).ok || null;
      });
    },
  };
}

/** Starts the PostgreSQL of `node_modules` with an empty `patrol_db`, and returns its port. */
export async function openDatabase(opened: Opened): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-scale-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'data'),
    port: 0,
    durable: false,
  });
  opened.push(() => server.stop());
  await ensureDatabase(server, 'patrol_db');
  return server.port;
}
