import { once } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import { context as active } from '@opentelemetry/api';
import type { Context } from '../context.ts';
import { entityTag } from '../entity-tags.ts';
import { asPatrolServiceError, ERRORS, PatrolServiceError } from '../errors.ts';
import { invoke } from '../invoke.ts';
import type { Operation } from '../operation.ts';
import type { Readiness } from '../readiness.ts';
import { logFailure } from '../telemetry/log.ts';
import { type TraceIdentity, withSignal } from '../telemetry/trace-identity.ts';
import { fieldsOf } from './messages.ts';
import { credentialsOf, identityMetadata, observeCall, statusOf, textOf } from './observation.ts';

type UnaryCall = grpc.ServerUnaryCall<Record<string, unknown>, object>;
type StreamingCall = grpc.ServerWritableStream<Record<string, unknown>, object>;

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
export function handlerOf(operation: Operation, context: Context, readiness: Readiness) {
  const { grpc: method } = operation;
  if ('stream' in method) {
    return streamHandler(operation, method, context, readiness);
  }
  return (call: UnaryCall, callback: grpc.sendUnaryData<object>): void => {
    answerCall(call, { operation, context, readiness }, async (output, identity) => {
      const trailing = identityMetadata(identity);
      if (operation.version) trailing.set('etag', entityTag(operation.version(output)));
      const message = 'collect' in method ? await method.collect(output) : method.response(output);
      return () => callback(null, message, trailing);
    }).catch(({ status }: Refusal) => callback(status));
  };
}

type StreamMethod = Extract<Operation['grpc'], { stream: unknown }>;

/** Returns the handler of an RPC with several responses: each is written when the caller has taken the one before. */
function streamHandler(
  operation: Operation,
  { stream }: StreamMethod,
  context: Context,
  readiness: Readiness,
) {
  return (call: StreamingCall): void => {
    answerCall(call, { operation, context, readiness }, async (output, identity) => {
      const { messages, close } = stream(output);
      call.on('cancelled', close);
      try {
        for await (const message of messages) {
          if (call.cancelled) break;
          if (!call.write(message)) await Promise.race([once(call, 'drain'), once(call, 'cancelled')]);
        }
      } finally {
        close();
      }
      return () => call.end(identityMetadata(identity));
    }).catch(({ status }: Refusal) => call.emit('error', status));
  };
}

/** A refused call, with what its caller is told. */
class Refusal {
  readonly status: grpc.StatusObject;

  constructor(status: grpc.StatusObject) {
    this.status = status;
  }
}

interface Answering {
  readonly operation: Operation;
  readonly context: Context;
  readonly readiness: Readiness;
}

/** Runs a call's operation and answers, observed from begin to end. @throws {Refusal} */
function answerCall(
  call: UnaryCall | StreamingCall,
  { operation, context, readiness }: Answering,
  answer: (output: unknown, identity: TraceIdentity) => Promise<() => void>,
): Promise<void> {
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
    return answer(output, identity);
  };
  const within = withSignal(observed.context, cancellationOf(call), Number(call.getDeadline()));
  return active.with(within, async () => {
    call.sendMetadata(identityMetadata(identity));
    try {
      const end = await respond();
      end();
      finish(grpc.status.OK);
    } catch (thrown) {
      const error = asPatrolServiceError(thrown);
      logFailure(context.log, error);
      finish(grpc.status[ERRORS[error.code].grpc], error);
      throw new Refusal(statusOf(error, identity));
    }
  });
}

/** Returns a signal that is aborted when the caller cancels, disconnects or reaches its deadline. */
function cancellationOf(call: UnaryCall | StreamingCall): AbortSignal {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  return controller.signal;
}
