import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type ConnectionLimitOptions,
  createConnectionLimit,
  type Priority,
} from '../transport/connection-limit.ts';

/** Pipelined requests without reading responses: beyond this the connection is closed. */
const MAX_PIPELINED = 10;
/** A connection whose client does not read is closed after this long without a moved byte, in milliseconds. */
const UNREAD_MS = 15_000;
/** How long a new connection may stay silent before its priority drops, in milliseconds. */
const NEW_CONNECTION_MS = 1000;
/** How many connections beyond the limit are open at a time, for probes only; the next one closes the oldest. */
const MAX_SPARE = 64;

/** Bounds and closes the connections of the REST port. */
export interface RestConnections {
  /** Whether a connection exceeds the limit, and may only be used for probes. */
  isSpare(socket: Socket): boolean;
  /** Closes connections without a request in flight, including those that never sent anything. */
  closeSilent(): void;
  /** Closes connections whose request is incomplete. */
  closeUnfinished(): void;
}

export interface RestConnectionsOptions extends Omit<ConnectionLimitOptions, 'port' | 'priorityOf'> {
  /** How long a connection may stay open if its client does not read, in milliseconds. */
  readonly unreadMs?: number;
  /** Whether an address has exceeded the budget of anonymous callers. */
  readonly isOverdrawn?: (address: string) => boolean;
  /** Whether a good token came on a connection. */
  readonly isAuthenticated?: (socket: Socket) => boolean;
}

interface Connection {
  /** When it was opened, on a monotonic clock. */
  readonly openedMs: number;
  /** How many of its requests have no response yet. */
  unanswered: number;
  hasSentRequest: boolean;
  /** The latest request with its response; only this one can still be incoming. */
  latest: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
}

/** Limits the connections of each client, each address and in total. */
export function limitConnections(
  server: Server,
  {
    unreadMs = UNREAD_MS,
    isOverdrawn = () => false,
    isAuthenticated = () => false,
    ...limits
  }: RestConnectionsOptions,
): RestConnections {
  // One entry for each connection, not for each request: a V8 Set keeps its outgrown tables until the next full
  // garbage collection, which was 70 MiB under load.
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
      hasSentRequest: false,
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
    connection.hasSentRequest = true;
    connection.latest = { request, response };
    response.once('close', () => {
      connection.unanswered -= 1;
      // An idle connection must not keep its last request in memory.
      if (connection.latest?.response === response && request.complete) connection.latest = undefined;
    });
  });
  closeUnread(server, connections, unreadMs);
  // Any expectation but 100-continue is ignored, and the request served.
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
  const { openedMs, unanswered = 0, hasSentRequest = false, latest } = connection ?? {};
  // A new connection is about to send its request.
  if (!hasSentRequest) return performance.now() - (openedMs ?? 0) > NEW_CONNECTION_MS ? 'silent' : 'idle';
  if (unanswered === 0) return isKnown ? 'known' : 'idle';
  if (latest?.request.complete && !latest.response.writableEnded) return 'served';
  // The response is not read, or the request is incomplete.
  return isKnown ? 'busy' : 'idle';
}

/**
 * Closes connections that neither send nor read after a first request (Node itself limits those without one). Node
 * notices moved bytes only when its timer fires, so this takes two rounds.
 */
function closeUnread(server: Server, connections: ReadonlyMap<Socket, Connection>, unreadMs: number): void {
  server.timeout = unreadMs / 2;
  server.on('timeout', (socket) => {
    const { unanswered = 0, hasSentRequest = false } = connections.get(socket) ?? {};
    if ((hasSentRequest && unanswered === 0) || socket.writableLength > 0) socket.destroy();
  });
}

/** Keeps the newest connections beyond the limit, and closes the oldest of them for the next. */
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
