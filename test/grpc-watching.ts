import * as grpc from '@grpc/grpc-js';
import { loadProto } from '../lib/proto.ts';
import type { PatrolEvent__Output as PatrolEventMessage } from '../proto/generated/campus/patrol/PatrolEvent.ts';
import type { WatchPatrolsRequest } from '../proto/generated/campus/patrol/WatchPatrolsRequest.ts';
import type { ProtoGrpcType } from '../proto/generated/patrol.ts';

/** A watcher over gRPC that keeps what came. */
export interface RpcWatcher {
  readonly received: PatrolEventMessage[];
  /** Resolves when so many messages have come, or the call is over. */
  until(count: number): Promise<PatrolEventMessage[]>;
  /** How the call ended. */
  readonly ended: Promise<grpc.StatusObject>;
  /** Takes no more of what comes. */
  pause(): void;
  close(): void;
}

/** Opens a call of WatchPatrols on a connection of its own. */
export function watchOverGrpc(
  port: number,
  authorization: string,
  request: WatchPatrolsRequest = {},
): RpcWatcher {
  const { PatrolService } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol;
  const client = new PatrolService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const metadata = new grpc.Metadata();
  metadata.set('authorization', authorization);
  const call = client.WatchPatrols(request, metadata);
  const received: PatrolEventMessage[] = [];
  const waiting = new Set<() => void>();
  const look = () => waiting.forEach((check) => void check());
  let isOver = false;
  const ended = new Promise<grpc.StatusObject>((resolve) => {
    call.on('status', (status) => {
      isOver = true;
      resolve(status);
      look();
    });
  });
  call.on('error', () => {});
  call.on('data', (message: PatrolEventMessage) => {
    received.push(message);
    look();
  });
  return {
    ...{ received, ended },
    until: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (received.length < count && !isOver) return;
          waiting.delete(check);
          resolve(received);
        };
        waiting.add(check);
        check();
      }),
    pause: () => void call.pause(),
    close() {
      call.cancel();
      client.close();
    },
  };
}
