import { constants, type ServerHttp2Stream } from 'node:http2';
import {
  status as grpcStatus,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { Authentication } from '../auth/authentication.ts';
import { asPatrolServiceError, PatrolServiceError } from '../errors.ts';
import type { GrpcThrottle } from './anonymous-throttle.ts';
import { credentialsOf, type Observers, observeCall, statusOf } from './observation.ts';

/** How long a call may take to send its message, and to read the response; as in REST. */
const MESSAGE_TIMEOUT_MS = 15_000;
/** How long a streaming call (reflection, health watch) may stay idle. */
const STREAM_LIFETIME_MS = 5 * 60_000;

export interface GateOptions extends Observers {
  readonly authentication: Pick<Authentication, 'check'>;
  /** The maximum message size of each method that needs a token, by path. Other methods need none. */
  readonly maxMessageBytes: ReadonlyMap<string, number>;
  readonly throttle: GrpcThrottle;
  readonly timeoutMs?: number;
}

/** Requests without a token hold only names of services and types. */
const MAX_PUBLIC_MESSAGE_BYTES = 4 * 1024;

/**
 * Returns the interceptor of every call: nothing is read without a good token, and messages and time are limited.
 * grpc-js and HTTP/2 keep an abandoned stream as long as its connection.
 */
export function createGate(options: GateOptions): ServerInterceptor {
  const { authentication, maxMessageBytes, throttle, timeoutMs = MESSAGE_TIMEOUT_MS } = options;
  return ({ requestStream, path }, call) => {
    const longest = maxMessageBytes.get(path);
    const isGuarded = longest !== undefined;
    boundMessages(call, longest ?? MAX_PUBLIC_MESSAGE_BYTES);
    endForCaller(call, timeoutMs);
    const stream = streamOf(call);
    const refuse = refuserOf(options, path, call);
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    const wait = (metadata: Metadata) => {
      const sent = metadata.clone();
      const limitMs = requestStream ? STREAM_LIFETIME_MS : timeoutMs;
      timer = setTimeout(() => refuse(sent, messageMissing()), limitMs).unref();
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          async onReceiveMetadata(metadata, pass) {
            try {
              if (isGuarded) await authentication.check(credentialsOf(metadata));
              else throttle.admit(stream);
            } catch (error) {
              if (isGuarded) throttle.count(stream);
              return refuse(metadata, asPatrolServiceError(error));
            }
            wait(metadata);
            pass(metadata);
          },
          onReceiveMessage(message, pass) {
            // A unary call was counted with its stream.
            if (!isGuarded && requestStream) throttle.count(stream);
            pass(message);
          },
          onReceiveHalfClose(pass) {
            stop();
            pass();
          },
          onCancel: stop,
        }),
    });
  };
}

/** Returns a function that ends a call with an error, closes its stream and logs it. */
function refuserOf(observers: Observers, path: string, call: ServerInterceptingCallInterface) {
  return (metadata: Metadata, error: PatrolServiceError) => {
    const observed = observeCall(observers, path, metadata);
    const status = statusOf(error, observed.identity);
    call.sendStatus(status);
    streamOf(call)?.close(constants.NGHTTP2_NO_ERROR);
    observed.finish(status.code, null, error);
  };
}

function messageMissing(): PatrolServiceError {
  const fieldErrors = [{ field: 'body', message: 'Сообщение не пришло' }];
  return new PatrolServiceError('VALIDATION_ERROR', 'the message did not come', { fieldErrors });
}

/** Sets the maximum message size of one call, which grpc-js 1.14 hides: it has one option for all methods of a server. */
function boundMessages(call: ServerInterceptingCallInterface, longest: number): void {
  const { decoder } = call as { decoder?: { maxReadMessageLength: number } };
  if (typeof decoder?.maxReadMessageLength !== 'number') throw new TypeError('grpc-js has no bound to set');
  decoder.maxReadMessageLength = longest;
}

/**
 * Closes a stream that its caller leaves open: after a too long message, which grpc-js would read on, or an unread
 * response.
 */
function endForCaller(call: ServerInterceptingCallInterface, unreadMs: number): void {
  const stream = streamOf(call);
  const sendStatus = call.sendStatus.bind(call);
  call.sendStatus = (status) => {
    sendStatus(status);
    if (status.code === grpcStatus.RESOURCE_EXHAUSTED) stream?.close(constants.NGHTTP2_NO_ERROR);
  };
  const sendMessage = call.sendMessage.bind(call);
  call.sendMessage = (message, onTaken) => {
    const timer = setTimeout(() => stream?.close(constants.NGHTTP2_CANCEL), unreadMs).unref();
    sendMessage(message, () => {
      clearTimeout(timer);
      onTaken();
    });
  };
}

/** Returns a call's HTTP/2 stream, which grpc-js hides. An answered stream stays open until its caller ends it too. */
function streamOf(call: ServerInterceptingCallInterface): ServerHttp2Stream | undefined {
  return (call as { stream?: ServerHttp2Stream }).stream;
}
