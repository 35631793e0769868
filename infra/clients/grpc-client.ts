import * as grpc from '@grpc/grpc-js';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';

/** What came back from an RPC: the message, or the status; and the metadata of either. */
export interface RpcAnswer {
  readonly code: grpc.status;
  readonly details: string;
  // Whoever asks looks into whatever came; their own expectations are the check.
  // biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what callers are about
  readonly message: any;
  /** Initial and trailing metadata together. */
  readonly metadata: Record<string, grpc.MetadataValue>;
  readonly trailing: Record<string, grpc.MetadataValue>;
}

export interface RpcOptions {
  /** Without it, the client's own `authorization`; `{}`: no identity at all. */
  readonly metadata?: Readonly<Record<string, string | readonly string[]>>;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface GrpcClient {
  /** The metadata of a call that names none. */
  readonly authorization: string;
  call(rpc: string, request: object, options?: RpcOptions): Promise<RpcAnswer>;
  close(): void;
}

/** Opens a client as the campus gateway is one: generated from the same proto file. `address`: of the service's gRPC port. */
export function grpcClient(address: string, authorization: string): GrpcClient {
  const { PatrolService } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol;
  const client = new PatrolService(address, grpc.credentials.createInsecure());
  const methods: grpc.ServiceDefinition = PatrolService.service;
  return {
    authorization,
    call: (rpc, request, { metadata = { authorization }, deadlineMs = 10_000, signal } = {}) =>
      new Promise((resolve, reject) => {
        const method = methods[rpc];
        if (!method) return reject(new Error(`no RPC ${rpc}`));
        const sent = new grpc.Metadata();
        for (const [key, value] of Object.entries(metadata))
          for (const one of [value].flat()) sent.add(key, one);
        let initial = {};
        let message: unknown;
        const options = { deadline: Date.now() + deadlineMs };
        if (method.responseStream) {
          return firstOf(client, method, { request, sent, options }).then(resolve, reject);
        }
        const underWay = client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          sent,
          options,
          (_error, answer) => {
            message = answer;
          },
        );
        underWay.on('metadata', (received: grpc.Metadata) => {
          initial = received.getMap();
        });
        underWay.on('status', ({ code, details, metadata: received }: grpc.StatusObject) => {
          const trailing = received.getMap();
          // The message is handed over in the same turn, after the status.
          setImmediate(() =>
            resolve({ code, details, message, metadata: { ...initial, ...trailing }, trailing }),
          );
        });
        signal?.addEventListener('abort', () => underWay.cancel());
      }),
    close: () => client.close(),
  };
}

interface Sent {
  readonly request: object;
  readonly sent: grpc.Metadata;
  readonly options: grpc.CallOptions;
}

/** Asks for a stream, and leaves with its first message. */
function firstOf(
  client: grpc.Client,
  { path, requestSerialize, responseDeserialize }: grpc.MethodDefinition<object, unknown>,
  { request, sent, options }: Sent,
): Promise<RpcAnswer> {
  return new Promise((resolve) => {
    const call = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      sent,
      options,
    );
    let initial = {};
    call.on('metadata', (received: grpc.Metadata) => {
      initial = received.getMap();
    });
    call.once('data', (message: unknown) => {
      resolve({ code: grpc.status.OK, details: 'OK', message, metadata: initial, trailing: {} });
      call.cancel();
    });
    call.on('error', () => {});
    call.on('status', ({ code, details, metadata }: grpc.StatusObject) => {
      const trailing = metadata.getMap();
      resolve({ code, details, message: undefined, metadata: { ...initial, ...trailing }, trailing });
    });
  });
}
