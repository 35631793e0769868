import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type ConnectionLimitOptions,
  createConnectionLimit,
  type Priority,
} from '../transport/connection-limit.ts';

/** A caller who sends more requests than this without reading the answers wants our memory, not the answers. */
const MAX_PIPELINED = 10;
/** A connection is closed whose bytes have not moved for so long, in milliseconds, while its caller has to read them. */
const UNREAD_MS = 15_000;
/** How long a connection may say nothing before it is worth less than one that said something, in milliseconds. */
const NEWCOMER_MS = 1000;
/** How many connections beyond all places are open at a time, for probes to be answered on; the next closes the oldest. */
const MAX_SPARE = 64;

/** The connections of the REST port, as far as they have to be bounded and ended. */
export interface RestConnections {
  /** Whether a connection came when all places were taken: it is good for a probe alone. */
  isSpare(socket: Socket): boolean;
  /** Closes those that no request is being answered on, also those that never said anything. */
  closeSilent(): void;
  /** Closes those whose request has not come whole. */
  closeUnfinished(): void;
}

export interface RestConnectionsOptions extends Omit<ConnectionLimitOptions, 'port' | 'priorityOf'> {
  /** How long a connection may stay whose caller does not read, in milliseconds. */
  readonly unreadMs?: number;
  /** Whether from an address too much is asked by whoever has no good token. */
  readonly isOverdrawn?: (address: string) => boolean;
  /** Whether a good token came on a connection. */
  readonly isAuthenticated?: (socket: Socket) => boolean;
}

interface Connection {
  /** When it came, on a clock that is never set. */
  readonly openedMs: number;
  /** How many of its requests wait for their answers. */
  unanswered: number;
  hasAsked: boolean;
  /** The request that came last, and its answer: no other can still be on its way. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
}

/** Bounds what one caller, one address and all together may hold open. */
export function boundConnections(
  server: Server,
  {
    unreadMs = UNREAD_MS,
    isOverdrawn = () => false,
    isAuthenticated = () => false,
    ...limits
  }: RestConnectionsOptions,
): RestConnections {
  // By connection and not by request. V8's table of a Set points to the one that it has grown into: a Set which requests
  // come to and leave keeps them all until the next full garbage collection, and held 70 MiB more under load.
  const connections = new Map<Socket, Connection>();
  const spares = createSpares(MAX_SPARE);
  const connectionLimit = createConnectionLimit({
    ...{ ...limits, port: 'REST' },
    priorityOf: (socket) => priorityOf(connections.get(socket), isAuthenticated(socket)),
  });
  server.on('connection', (socket: Socket) => {
    if (!connectionLimit.acquire(socket)) spares.take(socket);
    connections.set(socket, {
      openedMs: performance.now(),
      unanswered: 0,
      hasAsked: false,
      latest: undefined,
    });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    const connection = connections.get(request.socket);
    if (!connection) return;
    const mayPipeline = connection.unanswered === 0 || !isOverdrawn(request.socket.remoteAddress ?? '');
    if (!mayPipeline || connection.unanswered >= MAX_PIPELINED) return void request.socket.destroy();
    connection.unanswered += 1;
    connection.hasAsked = true;
    connection.latest = { request, response };
    response.once('close', () => {
      connection.unanswered -= 1;
      // An idle connection keeps nothing of what it asked.
      if (connection.latest?.response === response && request.complete) connection.latest = undefined;
    });
  });
  closeUnread(server, connections, unreadMs);
  // Whatever a caller expects besides 100-continue: it is served as if nothing had been expected.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return {
    isSpare: spares.has,
    closeSilent() {
      for (const [socket, { unanswered }] of connections) if (unanswered === 0) socket.destroy();
    },
    closeUnfinished() {
      for (const [socket, { latest }] of connections)
        if (latest && !latest.request.complete) socket.destroy();
    },
  };
}

function priorityOf(connection: Connection | undefined, isKnown: boolean): Priority {
  const { openedMs, unanswered = 0, hasAsked = false, latest } = connection ?? {};
  // Whoever has just come is about to speak.
  if (!hasAsked) return performance.now() - (openedMs ?? 0) > NEWCOMER_MS ? 'silent' : 'idle';
  if (unanswered === 0) return isKnown ? 'known' : 'idle';
  if (latest?.request.complete && !latest.response.writableEnded) return 'served';
  // An answer that is not read, or a request that has not come whole.
  return isKnown ? 'busy' : 'idle';
}

/**
 * Closes who asked once and neither asks again nor reads; who never asked has Node's own limits. Node stops the clock of a
 * connection while its bytes move, but learns that they did only when the clock has run out: it takes two rounds.
 */
function closeUnread(server: Server, connections: ReadonlyMap<Socket, Connection>, unreadMs: number): void {
  server.timeout = unreadMs / 2;
  server.on('timeout', (socket) => {
    const { unanswered = 0, hasAsked = false } = connections.get(socket) ?? {};
    if ((hasAsked && unanswered === 0) || socket.writableLength > 0) socket.destroy();
  });
}

/** Keeps the newest connections that found no place, and closes the oldest of them for the next. */
function createSpares(most: number) {
  const spares = new Set<Socket>();
  return {
    has: (socket: Socket) => spares.has(socket),
    take(socket: Socket) {
      const [oldest] = spares;
      if (spares.size >= most && oldest) {
        spares.delete(oldest);
        oldest.destroy();
      }
      spares.add(socket);
      socket.once('close', () => spares.delete(socket));
    },
  };
}
