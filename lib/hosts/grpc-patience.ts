import type { ServerInterceptor } from '@grpc/grpc-js';
import { ServerInterceptingCall } from '@grpc/grpc-js';
import { PatrolServiceError } from '../errors.ts';
import { contextOf, requestIdentity } from '../telemetry/trace-identity.ts';
import { statusOf } from './grpc-operations.ts';

/**
 * Gives what ends a call whose one message has not come whole within `limitMs`: a stream that is opened and left costs
 * memory for as long as its connection lives, and neither grpc-js nor HTTP/2 minds.
 */
export function endUnsaidCalls(limitMs: number): ServerInterceptor {
  return ({ requestStream }, call) => {
    // Who streams, as reflection does, may be silent between messages.
    if (requestStream) return new ServerInterceptingCall(call);
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            timer = setTimeout(() => call.sendStatus(unsaid()), limitMs).unref();
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

function unsaid() {
  const faults = [{ field: 'body', message: 'Сообщение не пришло' }];
  const error = new PatrolServiceError('VALIDATION_ERROR', 'the message did not come', { faults });
  return statusOf(error, requestIdentity(contextOf({})));
}
