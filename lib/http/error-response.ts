import { Buffer } from 'node:buffer';
import { entityTag } from '../entity-tags.ts';
import { ERRORS, type PatrolServiceError } from '../errors.ts';
import type { TraceIdentity } from '../telemetry/trace-identity.ts';
import { challengeOf } from '../transport/challenge.ts';
import type { ErrorBody } from './error-body.ts';
import { DEFAULT_HEADERS, identityHeaders } from './observation.ts';
import { API } from './operations.ts';

/** The response to an error, whoever sends it: Fastify, Node's own server, a socket, or a function. */
export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const RETRY_AFTER_SECONDS = 1;

/** Returns the response to an error (docs/contract.md, *REST*). @param status another than the error table's */
export function errorResponse(
  error: PatrolServiceError,
  identity: TraceIdentity,
  status: number = ERRORS[error.code].http,
): ErrorResponse {
  const body = JSON.stringify(errorBody(error, identity.traceId));
  return {
    status,
    body,
    headers: {
      ...DEFAULT_HEADERS,
      ...identityHeaders(identity),
      ...headersOf(error),
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
    },
  };
}

/** Returns the body of the response to an error. */
export function errorBody(error: PatrolServiceError, traceId: string): ErrorBody {
  const details = error.fieldErrors ? [...error.fieldErrors] : null;
  return { error: { code: error.code, message: error.callerMessage, trace_id: traceId, details } };
}

function headersOf(error: PatrolServiceError): Record<string, string> {
  return {
    ...(error.code === 'SERVICE_UNAVAILABLE' && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    ...(error.code === 'UNAUTHORIZED' && { 'www-authenticate': challengeOf(error) }),
    ...(error.endsConnection && { connection: 'close' }),
    // A phone that lost the first response continues with the existing patrol.
    ...(error.patrolId && { location: `${API}/patrols/${error.patrolId}` }),
    ...(error.version !== null && { etag: entityTag(error.version) }),
  };
}
