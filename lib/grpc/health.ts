import type * as grpc from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatus } from 'grpc-health-check';
import type { Readiness } from '../readiness.ts';

type Watch = grpc.handleServerStreamingCall<
  { readonly service: string },
  { status: ServingStatus | 'SERVICE_UNKNOWN' }
>;

const INTERVAL_MS = 1000;

/** What `grpc.health.v1` says. */
export interface GrpcHealth {
  /** Says what the database is like now, and each second from now on. */
  follow(): Promise<void>;
  /** Says NOT_SERVING from now on. */
  end(): void;
}

/** Serves `grpc.health.v1` for the services of these names, each NOT_SERVING at first. */
export function serveGrpcHealth(
  server: grpc.Server,
  readiness: Readiness,
  services: readonly string[],
): GrpcHealth {
  const health = new HealthImplementation(
    Object.fromEntries(services.map((service) => [service, 'NOT_SERVING' as const])),
  );
  addKnown(server, health, services);
  let said: ServingStatus = 'NOT_SERVING';
  const say = (status: ServingStatus) => {
    // Each time is a message to everybody who watches.
    if (status === said) return;
    said = status;
    for (const service of services) health.setStatus(service, status);
  };
  const look = async () => {
    const { database } = await readiness.check();
    say(database === 'ok' && !readiness.isDraining() ? 'SERVING' : 'NOT_SERVING');
  };
  let watch: NodeJS.Timeout | undefined;
  return {
    async follow() {
      await look();
      watch = setInterval(() => void look(), INTERVAL_MS);
    },
    end() {
      clearInterval(watch);
      say('NOT_SERVING');
    },
  };
}

/** Adds the service, with watches of known names alone: the library keeps every name that was watched (grpc-health-check 2.1.0). */
function addKnown(server: grpc.Server, health: HealthImplementation, services: readonly string[]): void {
  const onlyKnown =
    (watch: Watch): Watch =>
    (call) =>
      services.includes(call.request.service) ? watch(call) : void call.write({ status: 'SERVICE_UNKNOWN' });
  const guarded: Pick<grpc.Server, 'addService'> = {
    addService(definition, { watch, ...others }) {
      // It is the library's own, and streams.
      server.addService(definition, { ...others, watch: onlyKnown(watch as Watch) });
    },
  };
  // Adding its service is all that it does with a server.
  health.addToServer(guarded as grpc.Server);
}
