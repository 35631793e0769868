import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PatrolServiceError } from '../errors.ts';
import { contextOf, requestIdentity } from '../telemetry/trace-identity.ts';
import { errorBody } from './rest-errors.ts';

/** What answers bytes that are no request, and never in place of an answer that the connection still waits for. */
export interface UnparsedAnswers {
  /** Is told of each request, and what it is answered with. */
  remember(request: IncomingMessage, response: ServerResponse): void;
  answer(error: Error & { readonly code?: string }, socket: Socket): void;
}

/** Gives the answers of one server to what Node could not read as HTTP. */
export function answersToUnparsed(): UnparsedAnswers {
  const latest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  return {
    remember(request, response) {
      latest.set(request.socket, { request, response });
    },
    answer(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const { request, response } = latest.get(socket) ?? {};
      const answer = () => (socket.writable ? void socket.end(unparsedAnswer(error)) : undefined);
      if (!request || !response) return answer();
      // The fault is in this one's own body: either it is what is answered, or it has had its answer.
      if (!request.complete) return response.writableFinished ? void socket.destroy() : answer();
      // Answers come in the order of requests: what is unreadable came after this one, and has to wait.
      if (response.writableFinished) return answer();
      response.once('finish', answer);
    },
  };
}

/**
 * Gives the answer to what Node could not even read as HTTP: there is no request, only the socket. The shape is the
 * table's own, with the status that HTTP has for it (431: headers too large, 408: too slow, 400: not HTTP).
 */
function unparsedAnswer(error: Error & { readonly code?: string }): string {
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const { traceId, correlationId } = requestIdentity(contextOf({}));
  const faults = [{ field: 'request', message: 'Запрос не удалось прочитать' }];
  const body = JSON.stringify(
    errorBody(new PatrolServiceError('VALIDATION_ERROR', error.message, { faults }), traceId),
  );
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `x-trace-id: ${traceId}`,
    `x-correlation-id: ${correlationId}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
