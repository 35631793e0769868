import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Context } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { PatrolServiceError, unreadable } from '../errors.ts';
import { errorFields, type RequestLine } from '../telemetry/log.ts';
import {
  contextOf,
  identityFields,
  requestIdentity,
  type TraceIdentity,
} from '../telemetry/trace-identity.ts';
import type { Cors } from './cors.ts';
import { errorBody } from './errors.ts';

/** What Node says of bytes that it could not read, and some of them. */
type MalformedRequestError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** What answers bytes that are no request, and never in place of an answer that the connection still waits for. */
export interface MalformedResponder {
  /** Is told of each request, and what it is answered with. */
  remember(request: IncomingMessage, response: ServerResponse): void;
  respond(error: MalformedRequestError, socket: Socket): void;
  /** Returns the last answer that was begun on a connection, if that still waits for it. */
  unfinishedOn(socket: Duplex): ServerResponse | undefined;
}

/** Gives the answers of one server to what Node could not read as HTTP. */
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
        log.info({ ...lineOf(status, context), ...errorFields(badRequest) }, 'request');
        send();
      };
      if (!request || !response) return sendAndLog();
      // The fault is in this one's own body: either it is what is answered, or it has had its answer. It has its own line.
      if (isOfLatest) return void (response.writableFinished ? socket.destroy() : send());
      // Answers come in the order of requests: what is unreadable came after this one, and has to wait.
      if (response.writableFinished) return sendAndLog();
      response.once('finish', sendAndLog);
    },
  };
}

/** Returns the origin that a request names whose headers could not all be read, if that is among what came. */
function originIn({ rawPacket }: MalformedRequestError): string | undefined {
  const text = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  return /\r\norigin:[ \t]*(\S+)[ \t]*\r\n/i.exec(text)?.[1];
}

/** What HTTP calls it: headers too large, too slow, or not HTTP. */
function statusOf({ code = '' }: { readonly code?: string }): number {
  return { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[code] ?? 400;
}

/** The line of what has neither a method nor a path that could be read. */
function lineOf(status: number, context: Context): RequestLine {
  const line = { method: '', path: '', status_code: status, duration_ms: 0, user_id: null };
  return { ...line, ...identityFields(context) };
}

export interface RawErrorResponse {
  readonly error: PatrolServiceError;
  readonly status: number;
  readonly identity: TraceIdentity;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns an answer in the table's own shape, as text, for where there is no response to write it to, only the socket. */
export function rawErrorResponse({ error, status, identity, headers = {} }: RawErrorResponse): string {
  const { traceId, correlationId } = identity;
  const body = JSON.stringify(errorBody(error, traceId));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `x-trace-id: ${traceId}`,
    `x-correlation-id: ${correlationId}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
