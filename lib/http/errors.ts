import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { asPatrolServiceError, type ErrorCode, PatrolServiceError, unreadable } from '../errors.ts';
import { logFailure } from '../telemetry/log.ts';
import { allow, type Cors } from './cors.ts';
import { errorResponse } from './error-response.ts';
import { defaultHeaders, inboundOf, type ObserveRequest } from './observation.ts';

export type RespondWithError = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply;

/** Returns a function that responds to errors by the error table, and logs what the caller is not told. */
export function errorResponder({ log }: Pick<Context, 'log'>): RespondWithError {
  return (thrown, request, reply) => {
    const error = fromFastify(thrown) ?? fromAbort(thrown, request) ?? asPatrolServiceError(thrown);
    request.error = error;
    request.observed.within(() => logFailure(log, error));
    reply.headers(defaultHeaders(request));
    return send(error, request, reply);
  };
}

export interface UnroutedOptions {
  readonly observe: ObserveRequest;
  readonly cors: Cors;
  readonly respondWithError: RespondWithError;
}

/** Returns a function that responds to a request whose URL cannot be decoded: it reaches no route, and so no hook. */
export function unroutedResponder({ observe, cors, respondWithError }: UnroutedOptions) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    request.observed ??= observe(inboundOf(request));
    // A page can read the error only if its preflight succeeded.
    if (cors.isPreflight(request.raw)) allow(request, reply.headers(defaultHeaders(request)));
    else respondWithError(thrown, request, reply);
    request.observed.finish(reply.statusCode, null, request.error);
  };
}

function send(error: PatrolServiceError, request: FastifyRequest, reply: FastifyReply) {
  const { status, headers, body } = errorResponse(error, request.observed.identity);
  return reply.code(status).headers(headers).send(body);
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'VALIDATION_ERROR',
  // The documentation's file server answers 403 for some paths that do not exist: NUL, backslashes, `..`.
  403: 'NOT_FOUND',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'VALIDATION_ERROR',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Returns our error for one of Fastify's own (body too large, media type, bad URL), or null for any other. */
function fromFastify(thrown: unknown): PatrolServiceError | null {
  if (!isFastifyError(thrown)) return null;
  const code = BY_STATUS[thrown.statusCode ?? 500];
  if (!code) return null;
  const field = thrown.code === 'FST_ERR_BAD_URL' ? 'url' : 'body';
  const fieldErrors = code === 'VALIDATION_ERROR' ? [unreadable(field)] : null;
  return new PatrolServiceError(code, `Fastify refused it: ${thrown.code}`, {
    cause: thrown,
    ...(fieldErrors && { fieldErrors }),
  });
}

/** Returns the error of a request whose caller disconnected while sending; that is no failure of the service. */
function fromAbort(thrown: unknown, { raw }: FastifyRequest): PatrolServiceError | null {
  if (!raw.destroyed || raw.complete) return null;
  return new PatrolServiceError('VALIDATION_ERROR', 'the request was cut off', { cause: thrown });
}

/** Whether it is Fastify's error, told by its code: `Error.isError` denies some of them. */
function isFastifyError(thrown: unknown): thrown is FastifyError {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' && code.startsWith('FST_');
}
