import * as grpc from '@grpc/grpc-js';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';

export interface GrpcCall {
  readonly traceId?: string;
  /** `null`: no identity. */
  readonly token?: string | null;
}

/** Calls RPCs as the campus gateway does, and insists on the status that each must have. */
export interface GrpcCaller {
  /** @throws when the status is another one. */
  call<Answer>(status: grpc.status, rpc: string, request: object, call?: GrpcCall): Promise<Answer>;
  close(): void;
}

const DEADLINE_MS = 10_000;

/** Opens a caller with somebody's token. */
export function grpcCaller(port: number, ownToken: string): GrpcCaller {
  const { PatrolService } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol;
  const client = new PatrolService(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const methods: grpc.ServiceDefinition = PatrolService.service;
  return {
    call: <Answer>(
      status: grpc.status,
      rpc: string,
      request: object,
      { traceId, token = ownToken }: GrpcCall = {},
    ) =>
      new Promise<Answer>((resolve, reject) => {
        const method = methods[rpc];
        if (!method) return reject(new Error(`no RPC ${rpc}`));
        const metadata = new grpc.Metadata();
        if (token !== null) metadata.set('authorization', `Bearer ${token}`);
        if (traceId !== undefined) metadata.set('x-trace-id', traceId);
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          // The caller names the type that proto-loader gives for this RPC.
          (bytes) => method.responseDeserialize(bytes) as Answer,
          request,
          metadata,
          { deadline: Date.now() + DEADLINE_MS },
          (error, answer) => {
            const code = error ? error.code : grpc.status.OK;
            if (code !== status) reject(new Error(`${rpc} ended ${code}, not ${status}: ${error?.details}`));
            // A refusal that was asked for has no message.
            else resolve(answer as Answer);
          },
        );
      }),
    close: () => client.close(),
  };
}
