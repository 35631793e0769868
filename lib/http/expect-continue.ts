import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Delays 100 Continue, which Node would send before the request is checked. If it is never sent, Node closes the
 * connection after the response, because the body may come anyway.
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
}

/** Sends 100 Continue for a body that is going to be read, if its sender waits for it (RFC 9110, 10.1.1). */
export function sendContinue({ headers, httpVersion }: IncomingMessage, response: ServerResponse): void {
  if (headers.expect === undefined || httpVersion !== '1.1') return;
  if (headers.expect.toLowerCase() === '100-continue') response.writeContinue();
}
