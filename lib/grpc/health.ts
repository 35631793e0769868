import type * as grpc from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatus } from 'grpc-health-check';
import type { Readiness } from '../readiness.ts';

type Watch = grpc.handleServerStreamingCall<
  { readonly service: string },
  { status: ServingStatus | 'SERVICE_UNKNOWN' }
>;

const INTERVAL_MS = 1000;

/** The serving status of `grpc.health.v1`. */
export interface GrpcHealth {
  /** Sets the status by the database now, and every second from then on. */
  start(): Promise<void>;
  /** Sets NOT_SERVING for good. */
  stop(): void;
}

/** Serves `grpc.health.v1` for these service names, each NOT_SERVING at first. */
export function serveGrpcHealth(
  server: grpc.Server,
  readiness: Readiness,
  services: readonly string[],
): GrpcHealth {
  const health = new HealthImplementation(
    Object.fromEntries(services.map((service) => [service, 'NOT_SERVING' as const])),
  );
  addKnown(server, health, services);
  let current: ServingStatus = 'NOT_SERVING';
  const setStatus = (status: ServingStatus) => {
    // Each change sends a message to every watcher.
    if (status === current) return;
    current = status;
    for (const service of services) health.setStatus(service, status);
  };
  const update = async () => {
    const { database } = await readiness.check();
    setStatus(database === 'ok' && !readiness.isDraining() ? 'SERVING' : 'NOT_SERVING');
  };
  let watch: NodeJS.Timeout | undefined;
  return {
    async start() {
      await update();
      watch = setInterval(() => void update(), INTERVAL_MS);
    },
    stop() {
      clearInterval(watch);
      setStatus('NOT_SERVING');
    },
  };
}

/** Adds the service with watches of known names only: grpc-health-check 2.1.0 keeps every watched name. */
function addKnown(server: grpc.Server, health: HealthImplementation, services: readonly string[]): void {
  const onlyKnown =
    (watch: Watch): Watch =>
    (call) =>
      services.includes(call.request.service) ? watch(call) : void call.write({ status: 'SERVICE_UNKNOWN' });
  const guarded: Pick<grpc.Server, 'addService'> = {
    addService(definition, { watch, ...others }) {
      // The library's handler, which streams.
      server.addService(definition, { ...others, watch: onlyKnown(watch as Watch) });
    },
  };
  // The library only calls addService on it.
  health.addToServer(guarded as grpc.Server);
}
