import * as grpc from '@grpc/grpc-js';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Credentials } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import { entityTag } from '../entity-tags.ts';
import { ERRORS, type FieldError, type PatrolServiceError } from '../errors.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { logRequest, millisecondsSince } from '../telemetry/log.ts';
import { requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';
import { challengeOf } from '../transport/challenge.ts';

/** Where an observed call leaves its log line, metrics and span. */
export type Observers = Pick<Context, 'log' | 'spans' | 'instruments'>;

/** The codes of a failure of the service, and not of the caller. */
const FAILURES: ReadonlySet<grpc.status> = new Set([
  grpc.status.UNKNOWN,
  grpc.status.DEADLINE_EXCEEDED,
  grpc.status.INTERNAL,
  grpc.status.UNAVAILABLE,
  grpc.status.DATA_LOSS,
]);

/**
 * Begins the observation of a call, which `finish` ends with a log line, metrics and span.
 * @param path of the registered handler, never the caller's: it becomes a label.
 */
export function observeCall({ log, spans, instruments }: Observers, path: string, metadata: grpc.Metadata) {
  const began = performance.now();
  const [, service = '', method = path] = path.split('/');
  const labels = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
  const span = spans.begin({ name: path.slice(1), attributes: labels }, contextFrom(metadata));
  return {
    context: span.context,
    identity: requestIdentity(span.context),
    finish(status: grpc.status, userId: string | null, error: PatrolServiceError | null) {
      const outcome = { 'rpc.grpc.status_code': status };
      instruments.rpcServerDuration.record(secondsSince(began), { ...labels, ...outcome });
      const duration_ms = millisecondsSince(began);
      const line = { method, path, status_code: status, duration_ms, user_id: userId };
      logRequest(log, line, { context: span.context, error });
      span.end(outcome, FAILURES.has(status));
    },
  };
}

/** Returns the context of a caller's metadata: trace and correlation id. */
function contextFrom(metadata: grpc.Metadata) {
  return propagation.extract(ROOT_CONTEXT, metadata, {
    get: textOf,
    keys: (from) => Object.keys(from.getMap()),
  });
}

/** Returns the credentials in the metadata, unchecked. */
export function credentialsOf(metadata: grpc.Metadata): Credentials {
  const userIds = textsOf(metadata, 'x-user-id');
  return {
    authorization: textOf(metadata, 'authorization'),
    ...(userIds.some((id) => id !== '') && {
      gateway: { userIds, roles: textsOf(metadata, 'x-user-roles') },
    }),
  };
}

/** Returns the values of a key, joined as HTTP joins a repeated header. */
export function textOf(metadata: grpc.Metadata, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length > 0 ? values.join(', ') : undefined;
}

function textsOf(metadata: grpc.Metadata, key: string): string[] {
  return metadata.get(key).map(String);
}

/** Returns the ids of a call as metadata. */
export function identityMetadata({ traceId, correlationId }: TraceIdentity): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.set('x-trace-id', traceId);
  metadata.set('x-correlation-id', correlationId);
  return metadata;
}

/** Returns an error as a gRPC status: the Russian message as details, code and ids in trailing metadata. */
export function statusOf(error: PatrolServiceError, identity: TraceIdentity): grpc.StatusObject {
  const metadata = identityMetadata(identity);
  metadata.set('error-code', error.code);
  if (error.code === 'UNAUTHORIZED') metadata.set('www-authenticate', challengeOf(error));
  if (error.patrolId) metadata.set('patrol-id', error.patrolId);
  if (error.version !== null) metadata.set('etag', entityTag(error.version));
  // Metadata is ASCII; Russian text needs a `-bin` key.
  if (error.fieldErrors)
    metadata.set('error-details-bin', Buffer.from(JSON.stringify(fittingFieldErrors(error.fieldErrors))));
  return { code: grpc.status[ERRORS[error.code].grpc], details: error.callerMessage, metadata };
}

/** Many clients accept 8 KiB of metadata: longer metadata would lose the code too. */
const MAX_DETAILS_BYTES = 4096;

/** Returns the field errors that fit into trailing metadata, and how many more there are. */
function fittingFieldErrors(fieldErrors: readonly FieldError[]): readonly FieldError[] {
  const fitting: FieldError[] = [];
  let left = MAX_DETAILS_BYTES;
  for (const fieldError of fieldErrors) {
    left -= Buffer.byteLength(JSON.stringify(fieldError)) + 1;
    if (left < 0)
      return [...fitting, { field: '', message: `И ещё: ${fieldErrors.length - fitting.length}` }];
    fitting.push(fieldError);
  }
  return fitting;
}
