import type { Meter } from '@opentelemetry/api';
import { bulkhead } from 'cockatiel';
import type { Logger } from 'pino';
import { PatrolServiceError } from './errors.ts';

/** Lets as many requests in as can be served in time, whichever mount they come by. */
export interface Admission {
  /** @throws SERVICE_UNAVAILABLE when too many are in flight, after the wait that every refused caller has. */
  admit<Result>(work: () => Promise<Result>): Promise<Result>;
  /** For a mount that can refuse a request before it has read it: goes on, or ends with what `admit` throws. */
  refuseIfFull(next: (refusal?: PatrolServiceError) => void): void;
}

export interface AdmissionOptions {
  /** How many requests are served at a time. */
  readonly limit: number;
  readonly meter: Meter;
  readonly log: Logger;
}

/**
 * How long a refused caller is kept waiting for the refusal. A caller who asks again as soon as they are answered would
 * otherwise take the time of those who were let in: measured, a tenth of it was left for them.
 */
const REFUSAL_DELAY_MS = 500;
/** How often a service that refuses says so in the log. */
const SAID_EVERY_MS = 1000;

/** Admits up to `limit` requests at a time. Nobody queues: a queue would only make everybody late. */
export function createAdmission({ limit, meter, log }: AdmissionOptions): Admission {
  const gate = bulkhead(limit);
  const shed = meter.createCounter('patrol.requests.shed', {
    description: 'Requests refused because too many were in flight',
    unit: '{request}',
  });
  shed.add(0);
  // One for all who are refused: the stack trace of each would cost more than refusing saves.
  const refusal = new PatrolServiceError('SERVICE_UNAVAILABLE', `${limit} requests are in flight`, {
    isLogged: true,
  });
  const say = sayingSeldom((refused) =>
    log.warn({ refused }, `requests were refused: ${limit} are in flight`),
  );
  const refuse = (end: (refusal: PatrolServiceError) => void) => {
    shed.add(1);
    say();
    setTimeout(end, REFUSAL_DELAY_MS, refusal);
  };
  const isFull = () => gate.executionSlots === 0;
  return {
    admit: (work) => (isFull() ? new Promise((_, reject) => refuse(reject)) : gate.execute(work)),
    refuseIfFull: (next) => (isFull() ? refuse(next) : next()),
  };
}

/** Gives what counts its calls and tells the count, the first at once and then no more often than the interval. */
function sayingSeldom(tell: (times: number) => void): () => void {
  let times = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    times += 1;
    const now = performance.now();
    if (now - toldAt < SAID_EVERY_MS) return;
    tell(times);
    times = 0;
    toldAt = now;
  };
}
