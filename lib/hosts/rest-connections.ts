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

/** Bounds what one caller and all together may hold open. */
export function boundConnections({ server }: FastifyInstance): RestConnections {
  const unanswered = new Map<Socket, number>();
  const inFlight = new Set<IncomingMessage>();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connection', (socket) => {
    unanswered.set(socket, 0);
    socket.once('close', () => unanswered.delete(socket));
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > MOST_PIPELINED) return void socket.destroy();
    unanswered.set(socket, count);
    inFlight.add(request);
    response.once('close', () => {
      inFlight.delete(request);
      if (unanswered.has(socket)) unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
    });
  });
  // Whatever a caller expects besides 100-continue: it is served as if nothing had been expected.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return {
    closeSilent() {
      for (const [socket, count] of unanswered) if (count === 0) socket.destroy();
    },
    closeUnfinished() {
      for (const request of inFlight) if (!request.complete) request.socket.destroy();
    },
  };
}
