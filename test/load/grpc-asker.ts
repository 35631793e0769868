import * as grpc from '@grpc/grpc-js';
import type { UnaryMethod } from '../../lib/clients/connection.ts';

/** Asks one thing again and again, and does nothing else that a measured load would pay for: not the client of infra/clients. */
export interface GrpcAsker {
  /** Gives the status of the call. */
  ask(): Promise<number>;
  close(): void;
}

export function openGrpcAsker<Request, Answer>(
  port: number,
  method: UnaryMethod<Request, Answer>,
  request: Request,
  authorization: string,
): GrpcAsker {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', authorization);
  return {
    ask: () =>
      new Promise((resolve) => {
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          {},
          (error) => resolve(error?.code ?? grpc.status.OK),
        );
      }),
    close: () => client.close(),
  };
}
