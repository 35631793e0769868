import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Logger } from 'pino';
import { createHoldings } from '../admission/holdings.ts';
import { PatrolServiceError } from '../errors.ts';
import { sayingSeldom } from '../telemetry/saying-seldom.ts';
import { createBudgets } from '../transport/stranger-budgets.ts';

type Stream = ServerHttp2Stream | undefined;

/** What is asked over gRPC by whoever has not shown a good token, and how much of it each address may ask. */
export interface Strangers {
  /** Counts a connection. @returns false when its address asks too much. */
  connect(holder: string): boolean;
  /** Counts what is asked on a session for an address from now on; a session that is never named counts for nobody. */
  name(session: Http2Session, holder: string): void;
  /** Counts a call that is refused, or a message that anybody may send; closes the session of who asks too much. */
  count(stream: Stream): void;
  /** Counts a call that anybody may make, until it ends. @throws SERVICE_UNAVAILABLE when too many are open. */
  admit(stream: Stream): void;
}

/** How many calls that anybody may make are open at a time, as watching health is until it is ended, and of one address. */
const MOST_OPEN = { all: 1000, perAddress: 500 };

/** @param now milliseconds on a clock that never goes back. */
export function createStrangers(log: Pick<Logger, 'warn'>, now = () => performance.now()): Strangers {
  const budgets = createBudgets(now);
  const holders = new WeakMap<Http2Session, string>();
  const open = createHoldings();
  let openOfAll = 0;
  const say = sayingSeldom((closed) =>
    log.warn({ closed }, 'gRPC connections were closed: their address asks too much without a token'),
  );
  const count = (stream: Stream) => {
    const session = stream?.session;
    const holder = session && holders.get(session);
    if (!session || holder === undefined || budgets.spend(holder)) return;
    say();
    // Not within the event of the stream that was too much: grpc-js answers that yet.
    setImmediate(() => session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM));
  };
  return {
    connect(holder) {
      const isWithin = budgets.spend(holder);
      if (!isWithin) say();
      return isWithin;
    },
    name: (session, holder) => void holders.set(session, holder),
    count,
    admit(stream) {
      if (!stream) return;
      const holder = stream.session && holders.get(stream.session);
      const ofAddress = holder === undefined ? 0 : open.of(holder);
      if (openOfAll >= MOST_OPEN.all || ofAddress >= MOST_OPEN.perAddress)
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', 'too many calls are open that anybody may make');
      const release = holder === undefined ? undefined : open.add(holder);
      openOfAll += 1;
      stream.once('close', () => {
        openOfAll -= 1;
        release?.();
      });
    },
  };
}
