import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { PatrolServiceError, unreadable } from '../errors.ts';
import { logRequest } from '../telemetry/log.ts';
import { contextOf, requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';
import type { Cors } from './cors.ts';
import { errorResponse } from './error-response.ts';

/** Node's error for bytes that it could not parse, with some of them. */
type MalformedRequestError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** Responds to bytes that are no request, in order with the connection's other responses. */
export interface MalformedResponder {
  /** Remembers the latest request and response of each connection. */
  remember(request: IncomingMessage, response: ServerResponse): void;
  respond(error: MalformedRequestError, socket: Socket): void;
  /** Returns the latest response of a connection if it is unfinished. */
  unfinishedOn(socket: Duplex): ServerResponse | undefined;
}

/** Creates the responder of one server for what Node could not parse as HTTP. */
export function createMalformedResponder({ log }: { readonly log: Logger }, cors: Cors): MalformedResponder {
  const latest = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  return {
    remember(request, response) {
      latest.set(request.socket, { request, response });
    },
    unfinishedOn(socket) {
      const { response } = latest.get(socket) ?? {};
      return response?.writableFinished ? undefined : response;
    },
    respond(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
      const { request, response } = latest.get(socket) ?? {};
      const context = contextOf({});
      const status = statusOf(error);
      const fieldErrors = [unreadable('request')];
      const reason = `Node could not read it: ${error.code ?? error.name}`;
      const badRequest = new PatrolServiceError('VALIDATION_ERROR', reason, { fieldErrors });
      const isOfLatest = request !== undefined && !request.complete;
      const headers = cors.headersFor(isOfLatest ? request.headers.origin : originIn(error));
      const identity = requestIdentity(context);
      const send = () => socket.end(rawErrorResponse({ error: badRequest, status, identity, headers }));
      const sendAndLog = () => {
        if (!socket.writable) return;
        // Neither its method nor its path was readable.
        const line = { method: '', path: '', status_code: status, duration_ms: 0, user_id: null };
        logRequest(log, line, { context, error: badRequest });
        send();
      };
      if (!request || !response) return sendAndLog();
      // The error is in the latest request's own body: it gets this response, unless it was answered. It has its own
      // log line.
      if (isOfLatest) return void (response.writableFinished ? socket.destroy() : send());
      // Responses keep the order of requests: this one waits for the latest.
      if (response.writableFinished) return sendAndLog();
      response.once('finish', sendAndLog);
    },
  };
}

/** Returns the origin in partly read headers, if it is among them. */
function originIn({ rawPacket }: MalformedRequestError): string | undefined {
  const text = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  return /\r\norigin:[ \t]*(\S+)[ \t]*\r\n/i.exec(text)?.[1];
}

/** Returns the HTTP status: headers too large, too slow, or not HTTP. */
function statusOf({ code = '' }: { readonly code?: string }): number {
  return { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[code] ?? 400;
}

export interface RawErrorResponse {
  readonly error: PatrolServiceError;
  readonly status: number;
  readonly identity: TraceIdentity;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns an error response as text, for a socket without a response object. */
export function rawErrorResponse({ error, status, identity, headers = {} }: RawErrorResponse): string {
  const response = errorResponse(error, identity, status);
  const lines = Object.entries({ ...response.headers, ...headers, connection: 'close' });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    response.body,
  ].join('\r\n');
}
