import type * as grpc from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { protoDefinition } from '../proto.ts';

type Reflect = grpc.handleBidiStreamingCall<unknown, unknown>;

/** Serves reflection of these services; only those named are shown. */
export function serveReflection(server: grpc.Server, services: readonly string[]): void {
  const definition = { ...protoDefinition('patrol.proto'), ...protoDefinition(healthProto) };
  const bounded: Pick<grpc.Server, 'addService'> = {
    addService(service, handlers) {
      const named = Object.entries(handlers).map(([name, handler]) =>
        // Reflection is one bidirectional stream and nothing else.
        [name, withBackpressure(handler as Reflect)],
      );
      server.addService(service, Object.fromEntries(named));
    },
  };
  // Adding its services is all that it does with a server.
  new ReflectionService(definition, { services: [...services] }).addToServer(bounded as grpc.Server);
}

/** Returns the handler with the next question read when the last answer has left: @grpc/reflection 1.0.4 writes without asking. */
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
