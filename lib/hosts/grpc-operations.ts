import * as grpc from '@grpc/grpc-js';
import { context as active, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Context } from '../context.ts';
import { asPatrolServiceError, ERRORS, type Fault, PatrolServiceError } from '../errors.ts';
import type { Credentials } from '../identity/caller.ts';
import { invoke } from '../invoke.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { secondsSince } from '../telemetry/instruments.ts';
import { logFailure, millisecondsSince, type RequestLine, refusalFields } from '../telemetry/log.ts';
import { requestIdentity, type TraceIdentity, withSignal } from '../telemetry/trace-identity.ts';
import { fieldsOf } from './grpc-messages.ts';

type UnaryCall = grpc.ServerUnaryCall<Record<string, unknown>, object>;

/** What bytes become that are no message of their RPC's type. */
const UNREADABLE: Record<string, unknown> = {};

/**
 * Gives the service with bytes that are no message made a fault of the caller's: grpc-js itself would answer INTERNAL,
 * without our code and ids and without a line in the log.
 */
export function readingAnything(service: grpc.ServiceDefinition): grpc.ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const requestDeserialize = (bytes: Buffer) => {
      try {
        return method.requestDeserialize(bytes);
      } catch {
        // Nothing is hidden: the marker becomes a fault of the body.
        return UNREADABLE;
      }
    };
    return [name, { ...method, requestDeserialize }];
  });
  return Object.fromEntries(methods);
}

/** Gives the handler of an operation's RPC; all that happens here is translation. */
export function unaryHandler(operation: Operation, context: Context, readiness: Readiness) {
  return (call: UnaryCall, callback: grpc.sendUnaryData<object>): void => {
    const observed = observe(operation, context, call);
    const { identity } = observed;
    let userId: string | null = null;
    const finish = (code: grpc.status, error: PatrolServiceError | null = null) =>
      observed.finish(call.cancelled ? grpc.status.CANCELLED : code, userId, error);
    const answer = async () => {
      if (readiness.isRefusing())
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
      const output = await invoke(operation, context, {
        input: (operation.grpc.input ?? fieldsOf)(call.request),
        faults:
          call.request === UNREADABLE ? [{ field: 'body', message: 'Сообщение не удалось прочитать' }] : [],
        credentials: credentialsOf(call.metadata),
        onUser: (caller) => {
          userId = caller;
        },
      });
      return operation.grpc.answer(output);
    };
    void observed.within(async () => {
      call.sendMetadata(identityMetadata(identity));
      try {
        callback(null, await answer(), identityMetadata(identity));
        finish(grpc.status.OK);
      } catch (thrown) {
        const error = asPatrolServiceError(thrown);
        logFailure(context.log, error);
        callback(statusOf(error, identity));
        finish(grpc.status[ERRORS[error.code].grpc], error);
      }
    });
  };
}

/** Aborted when the caller cancels, goes away, or its deadline passes: nobody waits for the answer any more. */
function cancellationOf(call: UnaryCall): AbortSignal {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  return controller.signal;
}

function credentialsOf(metadata: grpc.Metadata): Credentials {
  const userId = textOf(metadata, 'x-user-id');
  return {
    authorization: textOf(metadata, 'authorization'),
    ...(userId && { gateway: { userId, roles: textOf(metadata, 'x-user-roles') ?? '' } }),
  };
}

/** A key that comes several times is read as HTTP reads it, joined: two user ids are then nobody's. */
function textOf(metadata: grpc.Metadata, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length > 0 ? values.join(', ') : undefined;
}

function identityMetadata({ traceId, correlationId }: TraceIdentity): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.set('x-trace-id', traceId);
  metadata.set('x-correlation-id', correlationId);
  return metadata;
}

/** The row of the error table as gRPC says it: the Russian message as details, code and ids in trailing metadata. */
export function statusOf(error: PatrolServiceError, identity: TraceIdentity): grpc.StatusObject {
  const { grpc: name, message } = ERRORS[error.code];
  const metadata = identityMetadata(identity);
  metadata.set('error-code', error.code);
  if (error.patrolId) metadata.set('patrol-id', error.patrolId);
  // Russian text is not for plain metadata, which is ASCII.
  if (error.faults)
    metadata.set('error-details-bin', Buffer.from(JSON.stringify(fittingFaults(error.faults))));
  return { code: grpc.status[name], details: message, metadata };
}

/** What clients take as metadata is bounded, at 8 KiB in many: in a longer one the code would be lost with the details. */
const LONGEST_DETAILS = 4096;

/** Returns the faults that fit into trailing metadata, and how many more there are. */
function fittingFaults(faults: readonly Fault[]): readonly Fault[] {
  const fitting: Fault[] = [];
  let left = LONGEST_DETAILS;
  for (const fault of faults) {
    left -= Buffer.byteLength(JSON.stringify(fault)) + 1;
    if (left < 0) return [...fitting, { field: '', message: `И ещё: ${faults.length - fitting.length}` }];
    fitting.push(fault);
  }
  return fitting;
}

/** The codes that say that the service failed, and not the caller. */
const FAILURES: ReadonlySet<grpc.status> = new Set([
  grpc.status.UNKNOWN,
  grpc.status.DEADLINE_EXCEEDED,
  grpc.status.INTERNAL,
  grpc.status.UNAVAILABLE,
  grpc.status.DATA_LOSS,
]);

/** Gives the context that a caller's metadata names: trace and correlation. */
export function contextFrom(metadata: grpc.Metadata) {
  return propagation.extract(ROOT_CONTEXT, metadata, {
    get: textOf,
    keys: (from) => Object.keys(from.getMap()),
  });
}

/** Begins the observation of a call: its identity, and in the end its one line, its figures and its span. */
function observe({ name }: Operation, { log, spans, instruments }: Context, call: UnaryCall) {
  const began = performance.now();
  const path = call.getPath();
  const labels = {
    'rpc.system': 'grpc',
    'rpc.service': path.split('/')[1] ?? '',
    'rpc.method': name,
  };
  const span = spans.begin({ name: path.slice(1), attributes: labels }, contextFrom(call.metadata));
  const within = <Result>(work: () => Result) =>
    active.with(withSignal(span.context, cancellationOf(call), Number(call.getDeadline())), work);
  return {
    identity: requestIdentity(span.context),
    within,
    finish(status: grpc.status, userId: string | null, error: PatrolServiceError | null) {
      const outcome = { 'rpc.grpc.status_code': status };
      instruments.rpcServerDuration.record(secondsSince(began), { ...labels, ...outcome });
      const line: RequestLine = {
        method: name,
        path,
        status_code: status,
        duration_ms: millisecondsSince(began),
        user_id: userId,
        ...refusalFields(error),
      };
      log.info(line, 'request');
      span.end(outcome, FAILURES.has(status));
    },
  };
}
