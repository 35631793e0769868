import { constants, type ServerHttp2Stream } from 'node:http2';
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { PatrolServiceError } from '../errors.ts';
import { millisecondsSince, type RequestLine, refusalFields } from '../telemetry/log.ts';
import { identityFields, requestIdentity } from '../telemetry/trace-identity.ts';
import { contextFrom, statusOf } from './grpc-operations.ts';

/**
 * Gives what ends a call whose one message has not come whole within `limitMs`: a stream that is opened and left costs
 * memory for as long as its connection lives, and neither grpc-js nor HTTP/2 minds.
 */
export function endUnsaidCalls(limitMs: number, log: Logger): ServerInterceptor {
  return ({ requestStream, path }, call) => {
    // Who streams, as reflection does, may be silent between messages.
    if (requestStream) return new ServerInterceptingCall(call);
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    const end = (metadata: Metadata) => {
      const from = contextFrom(metadata);
      const status = statusOf(UNSAID, requestIdentity(from));
      call.sendStatus(status);
      closeStream(call);
      const line: RequestLine = {
        method: path.split('/').at(-1) ?? path,
        path,
        status_code: status.code,
        duration_ms: millisecondsSince(began),
        user_id: null,
        ...refusalFields(UNSAID),
        ...identityFields(from),
      };
      log.info(line, 'request');
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            timer = setTimeout(end, limitMs, metadata.clone()).unref();
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

/** A stream that was answered stays open until its caller ends it too: one who does not would keep its place for ever. */
function closeStream(call: ServerInterceptingCallInterface): void {
  // grpc-js keeps the stream to itself, and has no other way to be rid of one.
  const { stream } = call as { stream?: ServerHttp2Stream };
  stream?.close(constants.NGHTTP2_NO_ERROR);
}
