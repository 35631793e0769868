import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Logger } from 'pino';
import { createUsageCounter } from '../admission/usage-counter.ts';
import { PatrolServiceError } from '../errors.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { createThrottleBudgets } from '../transport/throttle-budgets.ts';

type Stream = ServerHttp2Stream | undefined;

/** What is asked over gRPC by whoever has not shown a good token, and how much of it each address may ask. */
export interface GrpcThrottle {
  /** Counts a connection. @returns false when its address asks too much. */
  connect(clientKey: string): boolean;
  /** Counts what is asked on a session for an address from now on; a session that is never named counts for nobody. */
  bind(session: Http2Session, clientKey: string): void;
  /** Counts a call that is refused, or a message that anybody may send; closes the session of who asks too much. */
  count(stream: Stream): void;
  /** Counts a call that anybody may make, until it ends. @throws SERVICE_UNAVAILABLE when too many are open. */
  admit(stream: Stream): void;
}

/** How many calls that anybody may make are open at a time, as watching health is until it is ended, and of one address. */
const MAX_OPEN = { all: 1000, perAddress: 500 };

/** @param now milliseconds on a clock that never goes back. */
export function createGrpcThrottle(log: Pick<Logger, 'warn'>, now = () => performance.now()): GrpcThrottle {
  const budgets = createThrottleBudgets(now);
  const clientKeys = new WeakMap<Http2Session, string>();
  const open = createUsageCounter();
  let openOfAll = 0;
  const logClosed = throttledLog((closed) =>
    log.warn({ closed }, 'gRPC connections were closed: their address asks too much without a token'),
  );
  const count = (stream: Stream) => {
    const session = stream?.session;
    const clientKey = session && clientKeys.get(session);
    if (!session || clientKey === undefined || budgets.spend(clientKey)) return;
    logClosed();
    // Not within the event of the stream that was too much: grpc-js answers that yet.
    setImmediate(() => session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM));
  };
  return {
    connect(clientKey) {
      const isWithin = budgets.spend(clientKey);
      if (!isWithin) logClosed();
      return isWithin;
    },
    bind: (session, clientKey) => void clientKeys.set(session, clientKey),
    count,
    admit(stream) {
      if (!stream) return;
      const clientKey = stream.session && clientKeys.get(stream.session);
      const ofAddress = clientKey === undefined ? 0 : open.of(clientKey);
      if (openOfAll >= MAX_OPEN.all || ofAddress >= MAX_OPEN.perAddress)
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many calls are open that anybody may make');
      const release = clientKey === undefined ? undefined : open.add(clientKey);
      openOfAll += 1;
      stream.once('close', () => {
        openOfAll -= 1;
        release?.();
      });
    },
  };
}
