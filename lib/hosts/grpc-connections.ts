import { once } from 'node:events';
import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { holderOf } from '../addresses.ts';
import { authorizationIn, valuesIn } from './authorization.ts';
import { createPlaces, type PlacesOptions } from './connection-places.ts';
import type { Strangers } from './grpc-strangers.ts';

export interface GrpcConnectionsOptions extends Omit<PlacesOptions, 'waitsForCaller'> {
  readonly strangers: Strangers;
  /** Whether a path is that of a method which only known callers may call. */
  readonly isGuarded: (path: string) => boolean;
}

/** The connections of the gRPC port. */
export interface GrpcConnections {
  /** Returns the port. @throws the system's error, EADDRINUSE for one. */
  listen(port: number): Promise<number>;
  /** Accepts no more, and waits for the end of those that are there, which is grpc-js's to bring about. */
  close(): Promise<void>;
}

/** One client cannot open streams without end, nor send headers longer than REST's. */
const SETTINGS = { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024 };

/** Node joins their values with commas, as the gateway itself writes roles: what a client sent besides would be among them. */
const SAID_BY_GATEWAY = ['x-user-id', 'x-user-roles'];

/** Accepts a server's connections, bounds them and what strangers ask on them, and hands them to it. */
export function openGrpcConnections(server: grpc.Server, options: GrpcConnectionsOptions): GrpcConnections {
  const { strangers, isGuarded, proxies } = options;
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const http2Server = http2ServerOf(server);
  const sessions = new WeakMap<Socket, Http2Session>();
  /** Calls of known methods that have not ended. */
  const serving = new WeakMap<Http2Session, number>();
  const places = createPlaces({
    ...options,
    waitsForCaller: (socket) => {
      const session = sessions.get(socket);
      return !session || !serving.get(session);
    },
  });
  const count = (session: Http2Session, by: number) => serving.set(session, (serving.get(session) ?? 0) + by);
  http2Server.updateSettings(SETTINGS);
  const onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    raw: string[],
  ) => {
    // What grpc-js makes metadata of has the first of several alone.
    const authorization = authorizationIn(raw);
    if (authorization !== undefined) headers.authorization = authorization;
    for (const name of SAID_BY_GATEWAY) if (headers[name] !== undefined) headers[name] = valuesIn(raw, name);
    const { session } = stream;
    if (!isGuarded(headers[':path'] ?? '')) return strangers.count(stream);
    if (!session) return;
    count(session, 1);
    stream.once('close', () => count(session, -1));
  };
  http2Server.prependListener('stream', onStream);
  const listener = createServer((socket) => {
    const { remoteAddress = '' } = socket;
    const holder = proxies.includes(remoteAddress) ? null : holderOf(remoteAddress);
    if (holder !== null && !strangers.connect(holder)) return void socket.destroy();
    if (!places.take(socket)) {
      places.sayClosed();
      return void socket.destroy();
    }
    // It begins before injectConnection returns.
    http2Server.once('session', (session) => {
      sessions.set(socket, session);
      if (holder !== null) strangers.name(session, holder);
    });
    injector.injectConnection(socket);
  });
  return {
    async listen(port) {
      listener.listen(port, '0.0.0.0');
      await once(listener, 'listening');
      // The address of a server that listens on TCP.
      return (listener.address() as AddressInfo).port;
    },
    // It may have heard of nobody, for a port that was taken.
    close: () => new Promise((resolve) => void listener.close(() => resolve())),
  };
}

/** Returns what grpc-js 1.14 keeps to itself: streams that it answers without a handler would be nobody's to count. */
function http2ServerOf(server: grpc.Server): Http2Server {
  const [found] = (server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys();
  if (!found) throw new Error('the server has no connection injector');
  return found;
}
