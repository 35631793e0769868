import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, start } from './child-process.ts';
import { until } from './polling.ts';

/** The whole local campus as its user starts it, under way. */
export interface LocalCampusProcess {
  readonly restPort: number;
  readonly grpcPort: number;
  readonly url: string;
}

/** Where the campus of this run is, for what it calls tonight. */
export const CAMPUS_TIMEZONE = 'Europe/Moscow';

/** Beside those of a developer's own `npm start`. */
const PORTS = {
  REST_PORT: '28102',
  GRPC_PORT: '28152',
  LOCAL_POSTGRES_PORT: '25533',
  AUTH_GRPC_PORT: '28151',
  APPLICATION_GRPC_PORT: '28155',
};
const START_LIMIT_MS = 40_000;

/** Whoever runs this may have a real database or real peers in the environment: this load must never reach them. */
const NOTHING_REAL = { DATABASE_URL: '', AUTH_GRPC_HOST: '', APPLICATION_GRPC_HOST: '' };
const SETTINGS = { CAMPUS_TIMEZONE, LOG_LEVEL: 'INFO' };

/**
 * Runs `npm start` with a new data directory and ports of its own, and waits until it is ready. How to stop it is pushed
 * on `opened`, also when it does not become ready.
 */
export async function startLocalCampusProcess(
  lokiUrl: string,
  opened: (() => Promise<unknown>)[],
): Promise<LocalCampusProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-observability-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const campus = start({
    command: 'npm',
    args: ['start'],
    environment: { ...PORTS, ...NOTHING_REAL, ...SETTINGS, LOCAL_DATA_DIRECTORY: folder, LOKI_URL: lokiUrl },
  });
  opened.push(campus.stop);
  const url = `http://127.0.0.1:${PORTS.REST_PORT}`;
  await until('patrol-service is ready', START_LIMIT_MS, async () => {
    campus.expectAlive();
    const { ok } = await fetch(`${url}/health/readiness`);
    return ok || null;
  });
  // Somebody else's service on that port would have answered too.
  campus.expectAlive();
  return { restPort: Number(PORTS.REST_PORT), grpcPort: Number(PORTS.GRPC_PORT), url };
}

/** Gives an `Authorization` for the local campus with a token as its user gets one: `npm run -s token -- <role>`. */
export async function bearerFor(role: string): Promise<string> {
  return `Bearer ${(await run('npm', ['run', '-s', 'token', '--', role])).trim()}`;
}
