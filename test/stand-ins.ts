import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach } from '@jest/globals';
import { type ApplicationHandlers, startApplicationStandIn } from '../infra/local/application-stand-in.ts';
import { type AuthHandlers, startAuthStandIn } from '../infra/local/auth-stand-in.ts';
import { settleCampus } from '../infra/local/campus.ts';
import type { PeerStandIn } from '../infra/local/peer-server.ts';
import type { UnaryMethod } from '../lib/clients/connection.ts';
import { loadProto } from '../lib/proto.ts';
import type { ProtoGrpcType as ApplicationProto } from '../proto/generated/application.ts';
import type { ProtoGrpcType as AuthProto } from '../proto/generated/auth.ts';

export const secret = 'supersecretkey';
export const residents = settleCampus();
export const authService = loadProto<AuthProto>('auth.proto').campus.auth.AuthService.service;
export const applicationService =
  loadProto<ApplicationProto>('application.proto').campus.application.ApplicationService.service;

/** The stand-ins of the test that runs, new for each. */
export interface StandIns {
  readonly auth: PeerStandIn<AuthHandlers>;
  readonly application: PeerStandIn<ApplicationHandlers>;
  /** Calls a method over real gRPC. */
  ask<Request, Answer>(
    peer: { readonly port: number },
    method: UnaryMethod<Request, Answer>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer>;
}

export interface CallOptions {
  readonly metadata?: grpc.Metadata;
  readonly deadline?: number;
}

/** Starts both stand-ins before each test of a file and stops them after it; `use` is handed them. */
export function eachWithStandIns(use: (standIns: StandIns) => void): void {
  const clients = new Map<number, grpc.Client>();
  let stop: () => Promise<unknown>;

  beforeEach(async () => {
    const auth = await startAuthStandIn({ port: 0, residents, jwtSecret: secret });
    const application = await startApplicationStandIn({ port: 0, residents });
    stop = () => Promise.all([auth.stop(), application.stop()]);
    use({ auth, application, ask: asking(clients) });
  });
  afterEach(async () => {
    for (const client of clients.values()) client.close();
    clients.clear();
    await stop();
  });
}

function asking(clients: Map<number, grpc.Client>): StandIns['ask'] {
  return (
    { port },
    method,
    request,
    { metadata = new grpc.Metadata(), deadline = Date.now() + 5000 } = {},
  ) => {
    const client =
      clients.get(port) ?? new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    clients.set(port, client);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata,
        { deadline },
        (error, answer) => (error || answer === undefined ? reject(error) : resolve(answer)),
      );
    });
  };
}
