import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { clientKeyOf } from '../settings/addresses.ts';
import { authorizationHeader, headerValues } from '../transport/authorization.ts';
import {
  type ConnectionLimitOptions,
  createConnectionLimit,
  type Priority,
} from '../transport/connection-limit.ts';
import { type ListenAt, type Listening, listenAt } from '../transport/listening.ts';
import type { GrpcThrottle } from './anonymous-throttle.ts';

export interface GrpcConnectionsOptions extends Omit<ConnectionLimitOptions, 'port' | 'priorityOf'> {
  readonly throttle: GrpcThrottle;
  /** Whether only callers with a good token may call the method at this path. */
  readonly isGuarded: (path: string) => boolean;
}

/** The connections of the gRPC port. */
export interface GrpcConnections {
  /** Returns the port. @throws the system's error, EADDRINUSE for one. */
  listen(at: ListenAt): Promise<number>;
  /** Stops accepting, and waits until grpc-js has ended the open connections. */
  close(): Promise<void>;
  /** Destroys the open connections: grpc-js would wait for the goodbye of a stalled client. */
  cut(): void;
}

/** Bounds the streams of one client, and its headers as REST does. */
const SETTINGS = { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024 };

/** Node joins their values with commas, as the gateway writes roles: a client's own values would be mixed in. */
const GATEWAY_HEADERS = ['x-user-id', 'x-user-roles'];

/** Accepts a server's connections, limits and throttles them, and hands them to grpc-js. */
export function openGrpcConnections(server: grpc.Server, options: GrpcConnectionsOptions): GrpcConnections {
  const { throttle, proxies } = options;
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const http2Server = http2ServerOf(server);
  http2Server.updateSettings(SETTINGS);
  const servedOn = watchStreams(http2Server, options);
  const sessions = new WeakMap<Socket, Http2Session>();
  const open = new Set<Socket>();
  const connectionLimit = createConnectionLimit({
    ...options,
    port: 'gRPC',
    priorityOf: (socket) => servedOn(sessions.get(socket)),
  });
  const handOver = (socket: Socket, clientKey: string | null) => {
    const onSession = (session: Http2Session) => {
      sessions.set(socket, session);
      if (clientKey !== null) throttle.bind(session, clientKey);
    };
    // The session begins within injectConnection, or not at all.
    http2Server.once('session', onSession);
    injector.injectConnection(socket);
    http2Server.off('session', onSession);
  };
  const listener = createServer((socket) => {
    const { remoteAddress = '' } = socket;
    const clientKey = proxies.includes(remoteAddress) ? null : clientKeyOf(remoteAddress);
    if (clientKey !== null && !throttle.connect(clientKey)) return void socket.destroy();
    if (connectionLimit.acquire(socket)) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return handOver(socket, clientKey);
    }
    socket.destroy();
  });
  let listening: Listening | undefined;
  return {
    async listen(at) {
      listening = await listenAt(listener, at);
      return listening.port;
    },
    // Undefined if the port was taken.
    close: async () => listening?.close(),
    cut() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Inspects each call before grpc-js does. @returns the priority of a session, by its calls of guarded methods. */
function watchStreams(
  http2Server: Http2Server,
  { throttle, isGuarded }: Pick<GrpcConnectionsOptions, 'throttle' | 'isGuarded'>,
): (session: Http2Session | undefined) => Priority {
  const serving = new WeakMap<Http2Session, number>();
  const count = (session: Http2Session, by: number) => serving.set(session, (serving.get(session) ?? 0) + by);
  const onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    raw: string[],
  ) => {
    keepAllValues(headers, raw);
    const { session } = stream;
    if (!isGuarded(headers[':path'] ?? '')) return throttle.count(stream);
    if (!session) return;
    count(session, 1);
    stream.once('close', () => count(session, -1));
  };
  http2Server.prependListener('stream', onStream);
  return (session) => {
    const calls = session && serving.get(session);
    if (calls === undefined) return 'idle';
    return calls > 0 ? 'served' : 'known';
  };
}

/** Replaces the headers that identify a caller by all of their values. */
function keepAllValues(headers: IncomingHttpHeaders, raw: readonly string[]): void {
  // grpc-js's metadata would have only the first of several.
  const authorization = authorizationHeader(raw);
  if (authorization !== undefined) headers.authorization = authorization;
  for (const name of GATEWAY_HEADERS)
    if (headers[name] !== undefined) headers[name] = headerValues(raw, name);
}

/** Returns the server that grpc-js 1.14 hides: streams without a handler could not be counted otherwise. */
function http2ServerOf(server: grpc.Server): Http2Server {
  const [found] = (server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys();
  if (!found) throw new Error('the server has no connection injector');
  return found;
}
