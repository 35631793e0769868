import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Serves those whose senders keep their bodies back until they are invited (`Expect: 100-continue`) like all others: Node
 * itself would invite them before anything of their request was looked at. Who is never invited is answered, and Node
 * closes the connection: a body may be on its way all the same.
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
}

/** Invites the sender of a body that is going to be read, if they wait for it (RFC 9110, 10.1.1). */
export function sendContinue({ headers, httpVersion }: IncomingMessage, response: ServerResponse): void {
  if (headers.expect === undefined || httpVersion !== '1.1') return;
  if (headers.expect.toLowerCase() === '100-continue') response.writeContinue();
}
