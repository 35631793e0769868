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
  /** Returns the latest response of a connection if it is unfinished. */
  readonly unfinishedOn: (socket: Duplex) => ServerResponse | undefined;
}

/** How long a connection stays open after a CONNECT, in milliseconds: less than a stop waits. */
const MAX_TUNNEL_MS = 5000;

/** Answers CONNECT with 405 in order with other responses, and logs it. Node itself would close the connection. */
export function refuseTunnels(server: Server, { observe, cors, unfinishedOn }: TunnelOptions): void {
  const error = new PatrolServiceError('METHOD_NOT_ALLOWED', 'nothing here opens tunnels');
  const status = ERRORS[error.code].http;
  server.on('connect', ({ url = '', headers }, socket) => {
    const observed = observe({ method: 'CONNECT', url, headers, route: UNMATCHED_ROUTE });
    const respond = () => {
      // A tunnel is no resource, and allows no method.
      const all = { ...DEFAULT_HEADERS, ...cors.headersFor(headers.origin), allow: '' };
      socket.end(rawErrorResponse({ error, status, identity: observed.identity, headers: all }), () =>
        socket.destroy(),
      );
      observed.finish(status, null, error);
    };
    // Node no longer handles the socket.
    socket.on('error', () => socket.destroy());
    socket.resume();
    // Even if the client does not read the earlier responses.
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
