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

/** How long a call may take to say its one message, and to take the answer; as long as REST waits. */
const MESSAGE_TIMEOUT_MS = 15_000;
/** How long a call that streams, as reflection and watching health do, may go on without a word or an end. */
const STREAM_LIFETIME_MS = 5 * 60_000;

export interface GateOptions extends Observers {
  readonly authentication: Pick<Authentication, 'check'>;
  /** The longest message of each method whose callers must be known, by its path; the others are for anybody. */
  readonly maxMessageBytes: ReadonlyMap<string, number>;
  readonly throttle: GrpcThrottle;
  readonly timeoutMs?: number;
}

/** What is for anybody asks with names of services and of types. */
const MAX_PUBLIC_MESSAGE_BYTES = 4 * 1024;

/**
 * Returns what stands before every call: of a stranger nothing is read, of anybody else a message no longer than its
 * method's can be, and only for so long. A stream that is opened and left costs memory for as long as its connection
 * lives, and neither grpc-js nor HTTP/2 minds.
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
            // The one message of another call was counted with the call.
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

/** Returns what answers a call with an error, ends its stream and leaves its line. */
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

/**
 * Bounds the messages of one call: grpc-js 1.14 has one bound for all methods of a server, and keeps the one of a call to
 * itself.
 */
function boundMessages(call: ServerInterceptingCallInterface, longest: number): void {
  const { decoder } = call as { decoder?: { maxReadMessageLength: number } };
  if (typeof decoder?.maxReadMessageLength !== 'number') throw new TypeError('grpc-js has no bound to set');
  decoder.maxReadMessageLength = longest;
}

/**
 * Ends the stream of a call whose caller does not: of one whose message was too long at once, for grpc-js reads it on, and
 * of one who does not take an answer after some time.
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

/**
 * Returns what a call came on, which grpc-js keeps to itself: a stream that was answered stays open until its caller ends
 * it too, and who does not would keep its place for ever.
 */
function streamOf(call: ServerInterceptingCallInterface): ServerHttp2Stream | undefined {
  return (call as { stream?: ServerHttp2Stream }).stream;
}
