import type { Checklist } from '../verify-observability/checklist.ts';
import { until } from '../verify-observability/polling.ts';
import { docker, healthy, stateOf } from './docker.ts';
import { walkPatrol } from './evening.ts';
import { IMAGE } from './image-checks.ts';

/** Ports that nothing else has, for all is on the machine's own network. */
const PORTS = { rest: 28_602, grpc: 28_652, postgres: 28_633, auth: 28_651, application: 28_655 };
const SECRET = 'the secret of this run and of nobody else';
const STAND_INS = 'patrol-stand-ins:verify';
const SERVICE = 'patrol-verify-service';
const DATABASE = 'patrol-verify-postgres';

/**
 * What takes everything from a container that this service does without: a disk to write on, rights, the shells that
 * programs start by themselves. The health check is bash's.
 */
const HARDENED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=512m',
  ...['/bin/sh', '/bin/dash'].flatMap((shell) => ['-v', `/dev/null:${shell}:ro`]),
];

type Opened = (() => Promise<unknown>)[];

/** Runs the image as tightly as it can be run, does an evening with it, and stops it. */
export async function checkHardenedRun(checklist: Checklist, opened: Opened): Promise<void> {
  await checklist.check('hardened: healthy against PostgreSQL, by its own health check', async () => {
    await startSurroundings(opened);
    const began = performance.now();
    await startContainer(opened, SERVICE, [...HARDENED, ...serviceEnvironment()], [IMAGE]);
    await healthy(SERVICE, 60_000);
    return { seen: `after ${Math.round(performance.now() - began)} ms`, faults: [] };
  });
  await checklist.check('hardened: an evening over REST, and one RPC', async () => ({
    seen: await walkPatrol(PORTS, SECRET),
    faults: [],
  }));
  await checklist.check('hardened: memory', async () => {
    const used = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', SERVICE);
    return { seen: used.trim(), faults: (await stateOf(SERVICE)).OOMKilled ? ['killed for its memory'] : [] };
  });
  await checklist.check('hardened: unhealthy is noticed when nothing answers', async () => {
    const outcome = await docker('exec', '-e', 'REST_PORT=1', SERVICE, 'lib/bin/health-check.sh').then(
      () => 'passed',
      () => 'failed',
    );
    return {
      seen: `the check on a wrong port ${outcome}`,
      faults: outcome === 'failed' ? [] : ['it passed'],
    };
  });
  await checklist.check('hardened: stops on SIGTERM with exit code 0', async () => {
    const began = performance.now();
    await docker('stop', '--time', '20', SERVICE);
    const { ExitCode } = await stateOf(SERVICE);
    const seen = `exit code ${ExitCode} after ${Math.round(performance.now() - began)} ms`;
    return { seen, faults: ExitCode === 0 ? [] : ['not 0'] };
  });
}

async function startSurroundings(opened: Opened): Promise<void> {
  await docker('buildx', 'build', '--network', 'host', '-f', 'infra/local/Dockerfile', '-t', STAND_INS, '.');
  const database = { POSTGRES_USER: 'campus', POSTGRES_PASSWORD: 'campus_secret', POSTGRES_DB: 'patrol_db' };
  await startContainer(opened, DATABASE, environment({ ...database, PGPORT: String(PORTS.postgres) }), [
    'postgres:15-alpine',
  ]);
  const ports = { AUTH_GRPC_PORT: String(PORTS.auth), APPLICATION_GRPC_PORT: String(PORTS.application) };
  for (const peer of ['auth-service', 'application-service']) {
    await startContainer(opened, `patrol-verify-${peer}`, environment({ ...ports, JWT_SECRET_KEY: SECRET }), [
      STAND_INS,
      ...['node', 'infra/local/stand-in-main.ts', peer],
    ]);
  }
  await until('PostgreSQL answers', 60_000, () =>
    docker(
      'exec',
      DATABASE,
      'pg_isready',
      '-h',
      '127.0.0.1',
      '-p',
      String(PORTS.postgres),
      '-d',
      'patrol_db',
    ),
  );
}

function serviceEnvironment(): string[] {
  return environment({
    DATABASE_URL: `postgresql+asyncpg://campus:campus_secret@127.0.0.1:${PORTS.postgres}/patrol_db`,
    AUTH_GRPC_HOST: '127.0.0.1',
    AUTH_GRPC_PORT: String(PORTS.auth),
    APPLICATION_GRPC_HOST: '127.0.0.1',
    APPLICATION_GRPC_PORT: String(PORTS.application),
    JWT_SECRET_KEY: SECRET,
    REST_PORT: String(PORTS.rest),
    GRPC_PORT: String(PORTS.grpc),
  });
}

function environment(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

async function startContainer(
  opened: Opened,
  name: string,
  options: readonly string[],
  command: readonly string[],
): Promise<void> {
  // One that an earlier run, cut short, left behind.
  await docker('rm', '--force', '--volumes', name);
  opened.push(() => docker('rm', '--force', '--volumes', name));
  await docker('run', '--detach', '--name', name, '--network', 'host', ...options, ...command);
}
