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
  /** Whether a path is that of a method which only known callers may call. */
  readonly isGuarded: (path: string) => boolean;
}

/** The connections of the gRPC port. */
export interface GrpcConnections {
  /** Returns the port. @throws the system's error, EADDRINUSE for one. */
  listen(at: ListenAt): Promise<number>;
  /** Accepts no more, and waits for the end of those that are there, which is grpc-js's to bring about. */
  close(): Promise<void>;
  /** Ends those that are still there: of a client that stands still grpc-js waits for its goodbye. */
  cut(): void;
}

/** One client cannot open streams without end, nor send headers longer than REST's. */
const SETTINGS = { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024 };

/** Node joins their values with commas, as the gateway itself writes roles: what a client sent besides would be among them. */
const GATEWAY_HEADERS = ['x-user-id', 'x-user-roles'];

/** Accepts a server's connections, bounds them and what strangers ask on them, and hands them to it. */
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
    // It begins within injectConnection, or not at all.
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
    // It may have heard of nobody, for a port that was taken.
    close: async () => listening?.close(),
    cut() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Looks at each call before grpc-js does. @returns what a session is worth, by the calls of known methods on it. */
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

/** Puts into the headers all values of those that decide who calls. */
function keepAllValues(headers: IncomingHttpHeaders, raw: readonly string[]): void {
  // What grpc-js makes metadata of has the first of several alone.
  const authorization = authorizationHeader(raw);
  if (authorization !== undefined) headers.authorization = authorization;
  for (const name of GATEWAY_HEADERS)
    if (headers[name] !== undefined) headers[name] = headerValues(raw, name);
}

/** Returns what grpc-js 1.14 keeps to itself: streams that it answers without a handler would be nobody's to count. */
function http2ServerOf(server: grpc.Server): Http2Server {
  const [found] = (server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys();
  if (!found) throw new Error('the server has no connection injector');
  return found;
}
