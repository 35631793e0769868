import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Logger } from 'pino';
import { createUsageCounter } from '../admission/usage-counter.ts';
import { PatrolServiceError } from '../errors.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { createThrottleBudgets } from '../transport/throttle-budgets.ts';

type Stream = ServerHttp2Stream | undefined;

/** Throttles what callers without a good token ask over gRPC, by client address. */
export interface GrpcThrottle {
  /** Counts a connection. @returns false if its client exceeds the budget. */
  connect(clientKey: string): boolean;
  /** Counts the calls of a session for a client from now on. Calls of an unbound session are not counted. */
  bind(session: Http2Session, clientKey: string): void;
  /** Counts a refused call or a message that needs no token; closes the session if its client exceeds the budget. */
  count(stream: Stream): void;
  /** Counts a call that needs no token as open until it ends. @throws SERVICE_UNAVAILABLE if too many are open. */
  admit(stream: Stream): void;
}

/** How many calls without a token may be open at a time, such as health watches, of all clients and of one. */
const MAX_OPEN = { all: 1000, perAddress: 500 };

/** Creates the throttle. @param now milliseconds on a monotonic clock. */
export function createGrpcThrottle(log: Pick<Logger, 'warn'>, now = () => performance.now()): GrpcThrottle {
  const budgets = createThrottleBudgets(now);
  const clientKeys = new WeakMap<Http2Session, string>();
  const open = createUsageCounter();
  let openOfAll = 0;
  const logClosed = throttledLog((closed) =>
    log.warn({ closed }, 'gRPC connections were closed: too many calls without a token from their address'),
  );
  const count = (stream: Stream) => {
    const session = stream?.session;
    const clientKey = session && clientKeys.get(session);
    if (!session || clientKey === undefined || budgets.spend(clientKey)) return;
    logClosed();
    // Not within the stream's own event: grpc-js still answers that stream.
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
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many calls without a token are open');
      const release = clientKey === undefined ? undefined : open.add(clientKey);
      openOfAll += 1;
      stream.once('close', () => {
        openOfAll -= 1;
        release?.();
      });
    },
  };
}
