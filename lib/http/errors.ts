import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Context } from '../context.ts';
import { asPatrolServiceError, ERRORS, type ErrorCode, PatrolServiceError, unreadable } from '../errors.ts';
import { logFailure } from '../telemetry/log.ts';
import { allow, type Cors } from './cors.ts';
import { defaultHeaders, inboundOf, type ObserveRequest } from './observation.ts';
import { API } from './operations.ts';

/** The one shape of every error (contract.md, *REST*). */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    trace_id: Type.String(),
    details: Type.Unsafe<{ field: string; message: string }[] | null>({
      type: ['array', 'null'],
      items: Type.Object({ field: Type.String(), message: Type.String() }),
    }),
  }),
});
export type ErrorBody = Static<typeof ErrorBody>;

export const RETRY_AFTER_SECONDS = 1;

export function errorBody(error: PatrolServiceError, traceId: string): ErrorBody {
  const details = error.fieldErrors ? [...error.fieldErrors] : null;
  return { error: { code: error.code, message: ERRORS[error.code].message, trace_id: traceId, details } };
}

export type RespondWithError = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply;

/** Gives what answers every error of a request from the one table; what the caller is not told goes to the log. */
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

/** Returns what answers a request whose URL cannot be decoded: it reaches no route, and so none of the hooks. */
export function unroutedResponder({ observe, cors, respondWithError }: UnroutedOptions) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    request.observed ??= observe(inboundOf(request));
    // A page can read the refusal only of what it was allowed to ask.
    if (cors.isPreflight(request.raw)) allow(request, reply.headers(defaultHeaders(request)));
    else respondWithError(thrown, request, reply);
    request.observed.finish(reply.statusCode, null, request.error);
  };
}

function send(error: PatrolServiceError, request: FastifyRequest, reply: FastifyReply) {
  if (error.code === 'SERVICE_UNAVAILABLE') reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (error.endsConnection) reply.header('connection', 'close');
  // A phone whose first answer got lost goes on with the patrol that is there.
  if (error.patrolId) reply.header('location', `${API}/patrols/${error.patrolId}`);
  if (error.code === 'UNAUTHORIZED') reply.header('www-authenticate', 'Bearer');
  return reply.code(ERRORS[error.code].http).send(errorBody(error, request.observed.identity.traceId));
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'VALIDATION_ERROR',
  // The page with the documentation calls paths forbidden that are none: NUL, backslashes, `..`.
  403: 'NOT_FOUND',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'VALIDATION_ERROR',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Gives our row for an error of Fastify's own (a body too large, a media type, a bad URL), or null for any other. */
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

/** Who goes away in the middle of a body is answered by nobody, and is no failure of ours. */
function fromAbort(thrown: unknown, { raw }: FastifyRequest): PatrolServiceError | null {
  if (!raw.destroyed || raw.complete) return null;
  return new PatrolServiceError('VALIDATION_ERROR', 'the request was cut off', { cause: thrown });
}

/** Fastify's errors are no true Error objects (`Error.isError` denies them); their code tells them. */
function isFastifyError(thrown: unknown): thrown is FastifyError {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' && code.startsWith('FST_');
}
