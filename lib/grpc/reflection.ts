import type * as grpc from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { protoDefinition } from '../proto.ts';

type Reflect = grpc.handleBidiStreamingCall<unknown, unknown>;

/** Serves reflection for the named services only. */
export function serveReflection(server: grpc.Server, services: readonly string[]): void {
  const definition = { ...protoDefinition('patrol.proto'), ...protoDefinition(healthProto) };
  const bounded: Pick<grpc.Server, 'addService'> = {
    addService(service, handlers) {
      const named = Object.entries(handlers).map(([name, handler]) =>
        // Reflection is one bidirectional stream.
        [name, withBackpressure(handler as Reflect)],
      );
      server.addService(service, Object.fromEntries(named));
    },
  };
  // The library only calls addService on it.
  new ReflectionService(definition, { services: [...services] }).addToServer(bounded as grpc.Server);
}

/** Returns the handler with backpressure: @grpc/reflection 1.0.4 writes without waiting for its client. */
function withBackpressure(handler: Reflect): Reflect {
  return (stream) => {
    const write = stream.write.bind(stream);
    stream.write = (response: unknown) => {
      stream.pause();
      return write(response, () => stream.resume());
    };
    handler(stream);
  };
}
