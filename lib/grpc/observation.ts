import * as grpc from '@grpc/grpc-js';
import { propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Credentials } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import { ERRORS, type FieldError, type PatrolServiceError } from '../errors.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { errorFields, millisecondsSince, type RequestLine } from '../telemetry/log.ts';
import { identityFields, requestIdentity, type TraceIdentity } from '../telemetry/trace-identity.ts';

/** What an observed call leaves its line, figures and span in. */
export type Observers = Pick<Context, 'log' | 'spans' | 'instruments'>;

/** The codes that say that the service failed, and not the caller. */
const FAILURES: ReadonlySet<grpc.status> = new Set([
  grpc.status.UNKNOWN,
  grpc.status.DEADLINE_EXCEEDED,
  grpc.status.INTERNAL,
  grpc.status.UNAVAILABLE,
  grpc.status.DATA_LOSS,
]);

/**
 * Begins the observation of a call: its identity, and in the end its one line, its figures and its span.
 * @param path as the call's handler was registered, never as a caller wrote it: it becomes labels and a span's name.
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
      const line: RequestLine = {
        method,
        path,
        status_code: status,
        duration_ms: millisecondsSince(began),
        user_id: userId,
        ...errorFields(error),
        ...identityFields(span.context),
      };
      log.info(line, 'request');
      span.end(outcome, FAILURES.has(status));
    },
  };
}

/** Returns the context that a caller's metadata names: trace and correlation. */
function contextFrom(metadata: grpc.Metadata) {
  return propagation.extract(ROOT_CONTEXT, metadata, {
    get: textOf,
    keys: (from) => Object.keys(from.getMap()),
  });
}

/** Returns who the metadata says is calling; nothing in it has been checked. */
export function credentialsOf(metadata: grpc.Metadata): Credentials {
  const userIds = textsOf(metadata, 'x-user-id');
  return {
    authorization: textOf(metadata, 'authorization'),
    ...(userIds.some((id) => id !== '') && {
      gateway: { userIds, roles: textsOf(metadata, 'x-user-roles') },
    }),
  };
}

/** A key that comes several times is read as HTTP reads it, joined. */
function textOf(metadata: grpc.Metadata, key: string): string | undefined {
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

/** Returns the row of the error table as gRPC says it: the Russian message as details, code and ids in trailing metadata. */
export function statusOf(error: PatrolServiceError, identity: TraceIdentity): grpc.StatusObject {
  const { grpc: name, message } = ERRORS[error.code];
  const metadata = identityMetadata(identity);
  metadata.set('error-code', error.code);
  if (error.patrolId) metadata.set('patrol-id', error.patrolId);
  // Russian text is not for plain metadata, which is ASCII.
  if (error.fieldErrors)
    metadata.set('error-details-bin', Buffer.from(JSON.stringify(fittingFieldErrors(error.fieldErrors))));
  return { code: grpc.status[name], details: message, metadata };
}

/** What clients take as metadata is bounded, at 8 KiB in many: in a longer one the code would be lost with the details. */
const MAX_DETAILS_BYTES = 4096;

/** Returns the faults that fit into trailing metadata, and how many more there are. */
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
