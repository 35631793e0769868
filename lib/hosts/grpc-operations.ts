import * as grpc from '@grpc/grpc-js';
import type { Context } from '../context.ts';
import { asPatrolServiceError, ERRORS, PatrolServiceError } from '../errors.ts';
import type { Credentials } from '../identity/caller.ts';
import { invoke } from '../invoke.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { logFailure, type RequestLine } from '../telemetry/log.ts';
import { identify, type TraceIdentity } from '../telemetry/trace-identity.ts';

type UnaryCall = grpc.ServerUnaryCall<Record<string, unknown>, object>;

/** Gives the handler of an operation's RPC; all that happens here is translation. */
export function unaryHandler(operation: Operation, context: Context, readiness: Readiness) {
  return (call: UnaryCall, callback: grpc.sendUnaryData<object>): void => {
    const began = performance.now();
    const identity = { ...identityOf(call.metadata), signal: cancellationOf(call) };
    let userId: string | null = null;
    const finish = (code: grpc.status) => {
      const status = call.cancelled ? grpc.status.CANCELLED : code;
      logCall(context, { method: operation.name, path: call.getPath(), status, began, userId });
    };
    const answer = async () => {
      if (readiness.isDraining())
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
      const output = await invoke(operation, context, {
        input: inputOf(call.request),
        credentials: credentialsOf(call.metadata),
        onCaller: (caller) => {
          userId = caller.user_id;
        },
      });
      return operation.grpc.answer(context, output);
    };
    void context.trace.run(identity, async () => {
      call.sendMetadata(identityMetadata(identity));
      try {
        callback(null, await answer(), identityMetadata(identity));
        finish(grpc.status.OK);
      } catch (thrown) {
        const error = asPatrolServiceError(thrown);
        logFailure(context.log, error);
        callback(statusOf(error, identity));
        finish(grpc.status[ERRORS[error.code].grpc]);
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

/** Zero and `""` mean "not given" (contract.md); a boolean that is not there is proto3's false. */
function inputOf(message: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== '' && value !== 0));
}

function credentialsOf(metadata: grpc.Metadata): Credentials {
  const userId = textOf(metadata, 'x-user-id');
  return {
    authorization: textOf(metadata, 'authorization'),
    ...(userId && { gateway: { userId, roles: textOf(metadata, 'x-user-roles') ?? '' } }),
  };
}

function identityOf(metadata: grpc.Metadata): TraceIdentity {
  return identify({
    traceId: textOf(metadata, 'x-trace-id'),
    correlationId: textOf(metadata, 'x-correlation-id'),
    traceparent: textOf(metadata, 'traceparent'),
  });
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
function statusOf(error: PatrolServiceError, identity: TraceIdentity): Partial<grpc.StatusObject> {
  const { grpc: name, message } = ERRORS[error.code];
  const metadata = identityMetadata(identity);
  metadata.set('error-code', error.code);
  // Russian text is not for plain metadata, which is ASCII.
  if (error.faults) metadata.set('error-details-bin', Buffer.from(JSON.stringify(error.faults)));
  return { code: grpc.status[name], details: message, metadata };
}

interface FinishedCall extends Pick<RequestLine, 'method' | 'path'> {
  readonly status: grpc.status;
  readonly began: number;
  readonly userId: string | null;
}

function logCall({ log }: Pick<Context, 'log'>, { method, path, status, began, userId }: FinishedCall): void {
  const duration_ms = Math.round((performance.now() - began) * 1000) / 1000;
  const line: RequestLine = { method, path, status_code: status, duration_ms, user_id: userId };
  log.info(line, 'request');
}
