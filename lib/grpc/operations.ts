import * as grpc from '@grpc/grpc-js';
import { context as active } from '@opentelemetry/api';
import type { Context } from '../context.ts';
import { entityTag } from '../entity-tags.ts';
import { asPatrolServiceError, ERRORS, PatrolServiceError } from '../errors.ts';
import { invoke } from '../invoke.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { logFailure } from '../telemetry/log.ts';
import { withSignal } from '../telemetry/trace-identity.ts';
import { fieldsOf } from './messages.ts';
import { credentialsOf, identityMetadata, observeCall, statusOf, textOf } from './observation.ts';

type UnaryCall = grpc.ServerUnaryCall<Record<string, unknown>, object>;

/** Stands for a request that is no message of its RPC's type. */
const UNREADABLE: Record<string, unknown> = {};

/** Returns the service with malformed messages as field errors: grpc-js would answer INTERNAL, without ids and log. */
export function tolerateMalformed(service: grpc.ServiceDefinition): grpc.ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const requestDeserialize = (bytes: Buffer) => {
      try {
        return method.requestDeserialize(bytes);
      } catch {
        // Not swallowed: the marker becomes a field error of the body.
        return UNREADABLE;
      }
    };
    return [name, { ...method, requestDeserialize }];
  });
  return Object.fromEntries(methods);
}

/** Returns the handler of an operation's RPC. It only translates. */
export function unaryHandler(operation: Operation, context: Context, readiness: Readiness) {
  return (call: UnaryCall, callback: grpc.sendUnaryData<object>): void => {
    const observed = observeCall(context, call.getPath(), call.metadata);
    const { identity } = observed;
    let userId: string | null = null;
    const finish = (code: grpc.status, error: PatrolServiceError | null = null) =>
      observed.finish(call.cancelled ? grpc.status.CANCELLED : code, userId, error);
    const respond = async () => {
      if (readiness.isRefusing())
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
      const output = await invoke(operation, context, {
        input: (operation.grpc.input ?? fieldsOf)(call.request),
        fieldErrors:
          call.request === UNREADABLE ? [{ field: 'body', message: 'Сообщение не удалось прочитать' }] : [],
        credentials: credentialsOf(call.metadata),
        ifMatch: textOf(call.metadata, 'if-match'),
        onUser: (caller) => {
          userId = caller;
        },
      });
      const trailing = identityMetadata(identity);
      if (operation.version) trailing.set('etag', entityTag(operation.version(output)));
      return { message: await operation.grpc.response(output), trailing };
    };
    const within = withSignal(observed.context, cancellationOf(call), Number(call.getDeadline()));
    void active.with(within, async () => {
      call.sendMetadata(identityMetadata(identity));
      try {
        const { message, trailing } = await respond();
        callback(null, message, trailing);
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

/** Returns a signal that is aborted when the caller cancels, disconnects or reaches its deadline. */
function cancellationOf(call: UnaryCall): AbortSignal {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  return controller.signal;
}
