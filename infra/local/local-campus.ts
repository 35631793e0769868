import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../lib/config.ts';
import type { Buildings } from '../../lib/settings/campus-buildings.ts';
import { environmentReader } from '../../lib/settings/environment.ts';
import { listenHost } from '../../lib/settings/setting-values.ts';
import { listenAt } from '../../lib/transport/listening.ts';
import { startApplicationStandIn } from './application-stand-in.ts';
import { startAuthStandIn } from './auth-stand-in.ts';
import { settleCampus } from './campus.ts';
import { buildingsFrom } from './campus-buildings.ts';
import { ensureDatabase, startEmbeddedPostgres } from './postgres.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm start` put around the service, and the environment that makes the service use it. */
export interface LocalCampus {
  readonly environment: Environment;
  /** Where what must outlive a stop is kept. */
  readonly dataDirectory: string;
  /** What each part is, and where. */
  readonly parts: ReadonlyMap<string, string>;
}

export const LOCAL_JWT_SECRET = 'supersecretkey';
const DATA_DIRECTORY = fileURLToPath(new URL('../../.local', import.meta.url));

/** Returns where what must outlive a stop is kept. */
export function dataDirectoryOf(environment: Environment): string {
  return environment.LOCAL_DATA_DIRECTORY || DATA_DIRECTORY;
}

interface Part {
  readonly name: string;
  /** If this one is set, the real thing is used and nothing is started. */
  readonly insteadIf: string;
  readonly portVariable: string;
  readonly port: number;
  /** Starts the part and gives what the service must know of it. */
  start(
    port: number,
  ): Promise<{ stop: () => Promise<unknown>; environment: Environment; description: string }>;
}

/**
 * Starts what the environment does not already point to: an embedded PostgreSQL and the stand-ins of both peers.
 * Whatever it opens, it pushes on `opened`, also when it fails half way.
 * @throws {ConfigError} naming every port in use and the variable that changes it, or that CAMPUS_BUILDINGS cannot be read.
 */
export async function startLocalCampus(
  environment: Environment,
  say: (line: string) => void,
  opened: (() => Promise<unknown>)[],
): Promise<LocalCampus> {
  const jwtSecret = environment.JWT_SECRET_KEY || LOCAL_JWT_SECRET;
  const dataDirectory = dataDirectoryOf(environment);
  const buildings = buildingsFrom(environment);
  const wanted = partsOf({ jwtSecret, dataDirectory, buildings, say }).filter(
    (part) => !environment[part.insteadIf],
  );
  const ports = wanted.map((part) => ({
    ...part,
    port: portFrom(environment, part.portVariable, part.port),
  }));
  // What is wrong with it the service says, with all else that is wrong.
  const host = environmentReader(environment).optional('HOST', null, listenHost);
  const rest = {
    ...{ name: 'patrol-service', host },
    portVariable: 'REST_PORT',
    port: portFrom(environment, 'REST_PORT', 8002),
  };
  const grpc = {
    ...{ name: 'patrol-service', host },
    portVariable: 'GRPC_PORT',
    port: portFrom(environment, 'GRPC_PORT', 50_052),
  };
  await refuseTakenPorts([rest, grpc, ...ports]);

  const found: Record<string, string | undefined> = {
    ...environment,
    JWT_SECRET_KEY: jwtSecret,
    // No gateway stands in front of this campus: whoever tries the service out speaks as one.
    GRPC_TRUST_USER_METADATA: environment.GRPC_TRUST_USER_METADATA?.trim() || 'true',
  };
  const parts = new Map<string, string>();
  for (const part of ports) {
    const started = await part.start(part.port);
    opened.push(started.stop);
    Object.assign(found, started.environment);
    parts.set(part.name, started.description);
  }
  return { environment: found, dataDirectory, parts };
}

interface PartsOptions {
  readonly jwtSecret: string;
  readonly dataDirectory: string;
  readonly buildings: Buildings;
  readonly say: (line: string) => void;
}

function partsOf({ jwtSecret, dataDirectory, buildings, say }: PartsOptions): Part[] {
  const residents = settleCampus(buildings);
  return [
    {
      name: 'PostgreSQL',
      insteadIf: 'DATABASE_URL',
      portVariable: 'LOCAL_POSTGRES_PORT',
      port: 5433,
      async start(port) {
        const data = join(dataDirectory, 'postgres');
        say(`starting PostgreSQL on port ${port}, its data in ${relative(process.cwd(), data)}`);
        const programs = join(dataDirectory, 'programs');
        const postgres = await startEmbeddedPostgres({
          ...{ dataDirectory: data, programs },
          ...{ port, durable: true, say },
        });
        await ensureDatabase(postgres, 'patrol_db');
        const DATABASE_URL = postgres.url('patrol_db');
        return { stop: () => postgres.stop(), environment: { DATABASE_URL }, description: DATABASE_URL };
      },
    },
    {
      name: 'auth-service',
      insteadIf: 'AUTH_GRPC_HOST',
      portVariable: 'AUTH_GRPC_PORT',
      port: 50_051,
      async start(port) {
        say(`starting the stand-in of auth-service on port ${port}`);
        const peer = await startAuthStandIn({ port, residents, jwtSecret });
        const environment = { AUTH_GRPC_HOST: '127.0.0.1', AUTH_GRPC_PORT: String(peer.port) };
        return { stop: () => peer.stop(), environment, description: `127.0.0.1:${peer.port} (stand-in)` };
      },
    },
    {
      name: 'application-service',
      insteadIf: 'APPLICATION_GRPC_HOST',
      portVariable: 'APPLICATION_GRPC_PORT',
      port: 50_055,
      async start(port) {
        say(`starting the stand-in of application-service on port ${port}`);
        const peer = await startApplicationStandIn({ port, residents });
        const environment = { APPLICATION_GRPC_HOST: '127.0.0.1', APPLICATION_GRPC_PORT: String(peer.port) };
        return { stop: () => peer.stop(), environment, description: `127.0.0.1:${peer.port} (stand-in)` };
      },
    },
  ];
}

function portFrom(environment: Environment, variable: string, fallback: number): number {
  const text = environment[variable]?.trim() || String(fallback);
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new ConfigError(`${variable} must be a port number, not "${text}"`);
}

/** All at once and before anything starts: a second `npm start` finds every port of the first one taken. */
async function refuseTakenPorts(
  parts: readonly (Pick<Part, 'name' | 'portVariable' | 'port'> & { readonly host?: string | null })[],
): Promise<void> {
  const checked = await Promise.all(parts.map(async (part) => ({ ...part, taken: await isTaken(part) })));
  const taken = checked.filter((part) => part.taken);
  if (taken.length === 0) return;
  const list = taken.map(
    ({ name, port, portVariable }) => `  - ${port}, wanted by ${name}: set ${portVariable}`,
  );
  throw new ConfigError(`Ports in use (is another \`npm start\` running?):\n${list.join('\n')}`);
}

/** Whether a port cannot be had as the service opens it: of both families, for whoever asks may come by either. */
async function isTaken({ host = null, port }: { readonly host?: string | null; readonly port: number }) {
  try {
    const probe = await listenAt(createServer(), { host, port });
    await probe.close();
    return false;
  } catch (error) {
    // Of a host that is none the service itself says so.
    return String(error).includes('EADDRINUSE');
  }
}
