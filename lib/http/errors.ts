import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Context } from '../context.ts';
import { entityTag } from '../entity-tags.ts';
import { asPatrolServiceError, ERRORS, type ErrorCode, PatrolServiceError, unreadable } from '../errors.ts';
import { logFailure } from '../telemetry/log.ts';
import { challengeOf } from '../transport/challenge.ts';
import { allow, type Cors } from './cors.ts';
import { defaultHeaders, inboundOf, type ObserveRequest } from './observation.ts';
import { API } from './operations.ts';

const Code = Type.Unsafe<ErrorCode>({
  ...{ title: 'ErrorCode', type: 'string', enum: Object.keys(ERRORS) },
  description: 'Что случилось; коды не меняют смысла, новые могут появиться',
});

const FieldFault = Type.Object(
  {
    field: Type.String({
      description: 'Поле, как оно названо в запросе, или комната',
      examples: ['entrance'],
    }),
    message: Type.String({ description: 'Что с ним не так, по-русски', examples: ['Не больше 4'] }),
  },
  { title: 'FieldError', description: 'Что не так с одним полем' },
);

/** The shape of every error response (docs/contract.md, *REST*). */
export const ErrorBody = Type.Object(
  {
    error: Type.Object(
      {
        code: Code,
        message: Type.String({ description: 'Что случилось, по-русски, для человека' }),
        trace_id: Type.String({ description: 'Чем запрос найти в журнале' }),
        details: Type.Unsafe<{ field: string; message: string }[] | null>({
          type: ['array', 'null'],
          items: FieldFault,
          description: 'Все ошибки по полям; null: дело не в полях',
        }),
      },
      { description: 'Что случилось' },
    ),
  },
  { title: 'Error', description: 'Ошибка любого запроса' },
);
export type ErrorBody = Static<typeof ErrorBody>;

export const RETRY_AFTER_SECONDS = 1;

export function errorBody(error: PatrolServiceError, traceId: string): ErrorBody {
  const details = error.fieldErrors ? [...error.fieldErrors] : null;
  return { error: { code: error.code, message: error.callerMessage, trace_id: traceId, details } };
}

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
  if (error.code === 'SERVICE_UNAVAILABLE') reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (error.endsConnection) reply.header('connection', 'close');
  // A phone that lost the first response continues with the existing patrol.
  if (error.patrolId) reply.header('location', `${API}/patrols/${error.patrolId}`);
  if (error.version !== null) reply.header('etag', entityTag(error.version));
  if (error.code === 'UNAUTHORIZED') reply.header('www-authenticate', challengeOf(error));
  return reply.code(ERRORS[error.code].http).send(errorBody(error, request.observed.identity.traceId));
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
