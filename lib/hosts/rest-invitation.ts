import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Requests whose senders keep their bodies back until they are invited (`Expect: 100-continue`). */
const waiting = new WeakSet<IncomingMessage>();

/**
 * Serves those who wait to be invited like all others: Node itself would invite them before anything of their request was
 * looked at. Who is never invited is answered, and Node closes the connection: a body may be on its way all the same.
 */
export function inviteLater(server: Server): void {
  server.on('checkContinue', (request, response) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
}

/** Invites the sender of a body that is going to be read, if they wait for it. */
export function invite(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}
