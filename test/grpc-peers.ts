import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { service as healthService } from 'grpc-health-check';

const REFLECTION_PROTO = fileURLToPath(
  import.meta.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'),
);
const INFO = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';

/** Asks a server by reflection, as a generic client does, which services it has. */
export async function servicesByReflection(port: number): Promise<string[]> {
  const definition = loadSync(REFLECTION_PROTO, { keepCase: true, oneofs: true });
  const service = definition['grpc.reflection.v1.ServerReflection'];
  const method = Object.values(service ?? {}).find((candidate) => candidate.path === INFO);
  if (!method) throw new Error('the reflection service has no ServerReflectionInfo');
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const stream = client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
  );
  stream.write({ list_services: '*' });
  try {
    for await (const answer of stream) {
      return answer.list_services_response.service.map(({ name }: { name: string }) => name);
    }
    throw new Error('reflection did not answer');
  } finally {
    stream.cancel();
    client.close();
  }
}

/** Follows a service's health: each change of its status, newest last. */
export interface HealthWatch {
  /** Resolves once the status is this one. */
  until(status: string): Promise<void>;
  close(): void;
}

export function watchHealth(port: number, service: string): HealthWatch {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const method = healthService.Watch;
  if (!method) throw new Error('the health service has no Watch');
  const stream = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    { service },
  );
  let current = '';
  // A server that stops cuts the watch: what it said last is what counts.
  stream.on('error', () => {});
  stream.on('data', ({ status }: { status: string }) => {
    current = status;
    stream.emit('health');
  });
  return {
    async until(status) {
      while (current !== status) await new Promise((resolve) => stream.once('health', resolve));
    },
    close() {
      stream.cancel();
      client.close();
    },
  };
}
