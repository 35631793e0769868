import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** More sockets than this are closed as soon as they come: each costs memory, whether it says anything or not. */
const MOST_CONNECTIONS = 5000;
/** A caller who sends more requests than this without reading the answers wants our memory, not the answers. */
const MOST_PIPELINED = 32;

/** The connections of the REST port, as far as they have to be bounded and ended. */
export interface RestConnections {
  /** Closes those that no request is being answered on, also those that never said anything. */
  closeSilent(): void;
  /** Closes those whose request has not come whole. */
  closeUnfinished(): void;
}

interface Connection {
  /** How many of its requests wait for their answers. */
  unanswered: number;
  /** The request that came last: no other can still be on its way. */
  latest: IncomingMessage | undefined;
}

/** Bounds what one caller and all together may hold open. */
export function boundConnections({ server }: FastifyInstance): RestConnections {
  // By connection and not by request. V8's table of a Set points to the one that it has grown into: a Set which requests
  // come to and leave keeps them all until the next full garbage collection, and held 70 MiB more under load.
  const connections = new Map<Socket, Connection>();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connection', (socket) => {
    connections.set(socket, { unanswered: 0, latest: undefined });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    const connection = connections.get(request.socket);
    if (!connection) return;
    if (connection.unanswered >= MOST_PIPELINED) return void request.socket.destroy();
    connection.unanswered += 1;
    connection.latest = request;
    response.once('close', () => {
      connection.unanswered -= 1;
    });
  });
  // Whatever a caller expects besides 100-continue: it is served as if nothing had been expected.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return {
    closeSilent() {
      for (const [socket, { unanswered }] of connections) if (unanswered === 0) socket.destroy();
    },
    closeUnfinished() {
      for (const [socket, { latest }] of connections) if (latest && !latest.complete) socket.destroy();
    },
  };
}
