import { constants, type ServerHttp2Stream } from 'node:http2';
import {
  status as grpcStatus,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { asPatrolServiceError, PatrolServiceError } from '../errors.ts';
import type { Authentication } from '../identity/authentication.ts';
import { credentialsOf, type Observers, observeCall, statusOf } from './grpc-observation.ts';

/** How long a call may take to say its one message; as long as REST waits for a whole request. */
const MESSAGE_PATIENCE_MS = 15_000;
/** How long a call that streams, as reflection and watching health do, may go on without a word or an end. */
const STREAM_LIFETIME_MS = 5 * 60_000;

export interface GateOptions extends Observers {
  readonly authentication: Pick<Authentication, 'check'>;
  /** The service whose callers must be known; the others are for anybody. */
  readonly guarded: string;
  /** The longest message of a method, by its path; 16 KiB where none is named. */
  readonly longestMessages: ReadonlyMap<string, number>;
  readonly patienceMs?: number;
}

const LONGEST_MESSAGE = 16 * 1024;

/**
 * Returns what stands before every call: of a stranger nothing is read, of anybody else a message no longer than its
 * method's can be, and only for so long. A stream that is opened and left costs memory for as long as its connection
 * lives, and neither grpc-js nor HTTP/2 minds.
 */
export function createGate(options: GateOptions): ServerInterceptor {
  const { authentication, guarded, longestMessages, patienceMs = MESSAGE_PATIENCE_MS } = options;
  return ({ requestStream, path }, call) => {
    boundMessages(call, longestMessages.get(path) ?? LONGEST_MESSAGE);
    const refuse = (metadata: Metadata, error: PatrolServiceError) => {
      const observed = observeCall(options, path, metadata);
      const status = statusOf(error, observed.identity);
      call.sendStatus(status);
      closeStream(call);
      observed.finish(status.code, null, error);
    };
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    const wait = (metadata: Metadata) => {
      const limitMs = requestStream ? STREAM_LIFETIME_MS : patienceMs;
      timer = setTimeout(refuse, limitMs, metadata.clone(), UNSAID).unref();
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          async onReceiveMetadata(metadata, pass) {
            try {
              const isGuarded = path.startsWith(`/${guarded}/`);
              const claim = isGuarded ? authentication.check(credentialsOf(metadata)) : undefined;
              // Without a turn of its own where the answer is known.
              if (claim instanceof Promise) await claim;
            } catch (error) {
              return refuse(metadata, asPatrolServiceError(error));
            }
            wait(metadata);
            pass(metadata);
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

const UNSAID = new PatrolServiceError('VALIDATION_ERROR', 'the message did not come', {
  faults: [{ field: 'body', message: 'Сообщение не пришло' }],
});

/**
 * Bounds the messages of one call, and ends the stream of whoever sends a longer one: grpc-js 1.14 has one bound for all
 * methods of a server, keeps the one of a call to itself, and reads on what it has refused.
 */
function boundMessages(call: ServerInterceptingCallInterface, longest: number): void {
  const { decoder } = call as { decoder?: { maxReadMessageLength: number } };
  if (decoder) decoder.maxReadMessageLength = longest;
  const sendStatus = call.sendStatus.bind(call);
  call.sendStatus = (status) => {
    sendStatus(status);
    if (status.code === grpcStatus.RESOURCE_EXHAUSTED) closeStream(call);
  };
}

/** A stream that was answered stays open until its caller ends it too: one who does not would keep its place for ever. */
function closeStream(call: ServerInterceptingCallInterface): void {
  // grpc-js keeps the stream to itself, and has no other way to be rid of one.
  const { stream } = call as { stream?: ServerHttp2Stream };
  stream?.close(constants.NGHTTP2_NO_ERROR);
}
