import type * as grpc from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatus } from 'grpc-health-check';

type Watch = grpc.handleServerStreamingCall<
  { readonly service: string },
  { status: ServingStatus | 'SERVICE_UNKNOWN' }
>;

/**
 * Serves `grpc.health.v1` for the services of these names, each NOT_SERVING at first.
 * @returns what sets the status of all of them.
 */
export function serveGrpcHealth(
  server: grpc.Server,
  services: readonly string[],
): (status: ServingStatus) => void {
  const health = new HealthImplementation(
    Object.fromEntries(services.map((service) => [service, 'NOT_SERVING' as const])),
  );
  // The library keeps every name that was ever watched (grpc-health-check 2.1.0): it is asked to watch known ones alone.
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
  return (status) => {
    for (const service of services) health.setStatus(service, status);
  };
}
