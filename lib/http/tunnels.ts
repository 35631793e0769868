import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, PatrolServiceError } from '../errors.ts';
import type { Cors } from './cors.ts';
import { UNMATCHED_ROUTE } from './labels.ts';
import { rawErrorResponse } from './malformed.ts';
import { CLIENT_CLOSED_REQUEST, DEFAULT_HEADERS, type ObserveRequest } from './observation.ts';

export interface TunnelOptions {
  readonly observe: ObserveRequest;
  readonly cors: Cors;
  /** Returns the last answer that was begun on a connection, if it waits for one. */
  readonly unfinishedOn: (socket: Duplex) => ServerResponse | undefined;
}

/** How long a connection stays on which a tunnel was asked for, in milliseconds: less than a stop waits. */
const MAX_TUNNEL_MS = 5000;

/**
 * Answers CONNECT, for which Node itself only closes the connection: 405 in the one shape, with a line, after the answers
 * that the connection waits for. Nothing that comes after it is read.
 */
export function refuseTunnels(server: Server, { observe, cors, unfinishedOn }: TunnelOptions): void {
  const error = new PatrolServiceError('METHOD_NOT_ALLOWED', 'nothing here opens tunnels');
  const status = ERRORS[error.code].http;
  server.on('connect', ({ url = '', headers }, socket) => {
    const observed = observe({ method: 'CONNECT', url, headers, route: UNMATCHED_ROUTE });
    const respond = () => {
      // Whoever asks for a tunnel may be allowed nothing: there is no resource that would have methods.
      const all = { ...DEFAULT_HEADERS, ...cors.headersFor(headers.origin), allow: '' };
      socket.end(rawErrorResponse({ error, status, identity: observed.identity, headers: all }), () =>
        socket.destroy(),
      );
      observed.finish(status, null, error);
    };
    // Node has let go of the connection.
    socket.on('error', () => socket.destroy());
    socket.resume();
    // However much of the answers before it nobody reads.
    const limit = setTimeout(() => socket.destroy(), MAX_TUNNEL_MS).unref();
    socket.once('close', () => {
      clearTimeout(limit);
      observed.finish(CLIENT_CLOSED_REQUEST, null);
    });
    const unfinished = unfinishedOn(socket);
    if (unfinished) unfinished.once('finish', respond);
    else respond();
  });
}
