import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { holderOf } from '../settings/addresses.ts';
import { authorizationIn, valuesIn } from '../transport/authorization.ts';
import { createPlaces, type PlacesOptions, type Worth } from '../transport/connection-places.ts';
import { type ListenAt, type Listening, listenAt } from '../transport/listening.ts';
import type { Strangers } from './strangers.ts';

export interface GrpcConnectionsOptions extends Omit<PlacesOptions, 'port' | 'worthOf'> {
  readonly strangers: Strangers;
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
const SAID_BY_GATEWAY = ['x-user-id', 'x-user-roles'];

/** Accepts a server's connections, bounds them and what strangers ask on them, and hands them to it. */
export function openGrpcConnections(server: grpc.Server, options: GrpcConnectionsOptions): GrpcConnections {
  const { strangers, proxies } = options;
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const http2Server = http2ServerOf(server);
  http2Server.updateSettings(SETTINGS);
  const servedOn = watchStreams(http2Server, options);
  const sessions = new WeakMap<Socket, Http2Session>();
  const open = new Set<Socket>();
  const places = createPlaces({
    ...options,
    port: 'gRPC',
    worthOf: (socket) => servedOn(sessions.get(socket)),
  });
  const handOver = (socket: Socket, holder: string | null) => {
    const onSession = (session: Http2Session) => {
      sessions.set(socket, session);
      if (holder !== null) strangers.name(session, holder);
    };
    // It begins within injectConnection, or not at all.
    http2Server.once('session', onSession);
    injector.injectConnection(socket);
    http2Server.off('session', onSession);
  };
  const listener = createServer((socket) => {
    const { remoteAddress = '' } = socket;
    const holder = proxies.includes(remoteAddress) ? null : holderOf(remoteAddress);
    if (holder !== null && !strangers.connect(holder)) return void socket.destroy();
    if (places.take(socket)) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return handOver(socket, holder);
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
  { strangers, isGuarded }: Pick<GrpcConnectionsOptions, 'strangers' | 'isGuarded'>,
): (session: Http2Session | undefined) => Worth {
  const serving = new WeakMap<Http2Session, number>();
  const count = (session: Http2Session, by: number) => serving.set(session, (serving.get(session) ?? 0) + by);
  const onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    raw: string[],
  ) => {
    sayAllValues(headers, raw);
    const { session } = stream;
    if (!isGuarded(headers[':path'] ?? '')) return strangers.count(stream);
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
function sayAllValues(headers: IncomingHttpHeaders, raw: readonly string[]): void {
  // What grpc-js makes metadata of has the first of several alone.
  const authorization = authorizationIn(raw);
  if (authorization !== undefined) headers.authorization = authorization;
  for (const name of SAID_BY_GATEWAY) if (headers[name] !== undefined) headers[name] = valuesIn(raw, name);
}

/** Returns what grpc-js 1.14 keeps to itself: streams that it answers without a handler would be nobody's to count. */
function http2ServerOf(server: grpc.Server): Http2Server {
  const [found] = (server as unknown as { http2Servers: Map<Http2Server, unknown> }).http2Servers.keys();
  if (!found) throw new Error('the server has no connection injector');
  return found;
}
