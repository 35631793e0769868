import { freePort } from '../local/postgres.ts';
import { run, start } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';
import type { Replica } from './campus.ts';
import { openFolder, placeConfiguration } from './configuration.ts';
import type { Opened } from './part.ts';

/** Where the replicas are reached together. */
export interface Balancer {
  readonly url: string;
  readonly grpcAddress: string;
  /** Gives a replica nothing new, where the balancer does not find out by itself. */
  takeOut(replica: Replica): Promise<void>;
  putBack(replica: Replica): Promise<void>;
}

export type BalancerName = 'nginx' | 'haproxy';

/** The ports in infra/scale/nginx.conf and haproxy.cfg, a replica after the other. */
const REST_PORTS = [8002, 8012, 8022];
const GRPC_PORTS = [50_052, 50_062, 50_072];

/** Starts a balancer with the file of infra/scale, in front of three replicas that are ready. */
export async function startBalancer(
  name: BalancerName,
  program: string,
  replicas: readonly Replica[],
  opened: Opened,
): Promise<Balancer> {
  const folder = await openFolder(opened);
  const ports = { rest: await freePort(0), grpc: await freePort(0) };
  const place = (out?: Replica) => placeFor[name]({ folder, ports, replicas, ...(out && { out }) });
  const file = await place();
  const args = { nginx: ['-p', folder, '-c', file, '-g', 'daemon off;'], haproxy: ['-f', file, '-db'] }[name];
  const running = start({ command: program, args });
  opened.push(running.stop);
  const url = `http://127.0.0.1:${ports.rest}`;
  await until(`${name} hands requests on`, 10_000, async () => {
    running.expectAlive();
    return (await fetch(`${url}/health/readiness`)).ok || null;
  });
  const reload = async (out?: Replica) => {
    await place(out);
    await run(program, ['-p', folder, '-c', file, '-s', 'reload']);
  };
  return {
    ...{ url, grpcAddress: `127.0.0.1:${ports.grpc}` },
    takeOut: async (replica) => void (name === 'nginx' && (await reload(replica))),
    putBack: async () => void (name === 'nginx' && (await reload())),
  };
}

interface Placed {
  readonly folder: string;
  readonly ports: { readonly rest: number; readonly grpc: number };
  readonly replicas: readonly Replica[];
  /** Gets nothing new. */
  readonly out?: Replica;
}

const placeFor: Readonly<Record<BalancerName, (placed: Placed) => Promise<string>>> = {
  nginx: ({ folder, ports, replicas, out }) => {
    const down = (port: number) => (out?.restPort === port || out?.grpcPort === port ? ' down' : '');
    const upstreams = changesFor(replicas).map(
      ([from, to, port]) => [`server ${from}`, `server ${to}${down(port)}`] as const,
    );
    return placeConfiguration('nginx.conf', folder, [
      ['listen 8080', `listen 127.0.0.1:${ports.rest}`],
      ['listen 8081', `listen 127.0.0.1:${ports.grpc}`],
      ...upstreams,
    ]);
  },
  haproxy: ({ folder, ports, replicas }) =>
    placeConfiguration('haproxy.cfg', folder, [
      ['127.0.0.1:8080', `127.0.0.1:${ports.rest}`],
      ['127.0.0.1:8081', `127.0.0.1:${ports.grpc}`],
      ...replicas.map(
        ({ restPort }, at) => [`check port ${REST_PORTS[at]} `, `check port ${restPort} `] as const,
      ),
      ...changesFor(replicas).map(([from, to]) => [from, to] as const),
    ]),
};

function changesFor(replicas: readonly Replica[]) {
  return replicas.flatMap(({ restPort, grpcPort }, at) => [
    [`127.0.0.1:${REST_PORTS[at]}`, `127.0.0.1:${restPort}`, restPort] as const,
    [`127.0.0.1:${GRPC_PORTS[at]}`, `127.0.0.1:${grpcPort}`, grpcPort] as const,
  ]);
}
