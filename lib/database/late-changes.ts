import type { Logger } from 'pino';
import { singleFlight } from '../single-flight.ts';
import { activeDeadline } from '../telemetry/trace-identity.ts';
import { sqlStateOf } from './errors.ts';

/**
 * Prevents a change from being committed after its caller was answered 503, however long it waited in a socket or for a
 * lock: triggers refuse it past `patrol.deadline` (author.ts, migration 000004). They compare with PostgreSQL's clock,
 * so the clock offset is measured, again after each refusal.
 */
export interface LateChanges {
  /** Returns the active caller's deadline, at most the service's limit, in milliseconds by PostgreSQL's clock. */
  deadline(): number;
  /** Measures the clock offset; concurrent calls share the result. */
  measureOffset(): Promise<void>;
  /** Measures the clock offset again if a query failed for being late: one of the clocks may have been set. */
  remeasureAfter(error: unknown): void;
}

export interface LateChangesOptions {
  /** Returns PostgreSQL's time, in milliseconds since 1970. */
  readonly readTime: () => Promise<number>;
  /** How long the service lets a caller wait for PostgreSQL. */
  readonly limitMs: number;
  readonly log: Logger;
}

/** The SQLSTATE that the triggers raise (migration 000004). */
const TOO_LATE = '57T00';

/** Creates the deadlines of changes. Until the offset is measured, the clocks are assumed to agree. */
export function createLateChanges({ readTime, limitMs, log }: LateChangesOptions): LateChanges {
  let offsetMs = 0;
  // Late changes come in bursts.
  const measureOffset = singleFlight(async () => {
    // The first measurement may include the wait for a connection.
    const [first, second] = [await measureOnce(readTime), await measureOnce(readTime)];
    offsetMs = (first.tookMs < second.tookMs ? first : second).offsetMs;
  });
  return {
    deadline: () => Math.round(Math.min(activeDeadline(), Date.now() + limitMs) + offsetMs),
    measureOffset,
    remeasureAfter(error) {
      if (sqlStateOf(error) !== TOO_LATE) return;
      log.warn('a change was refused, its caller had timed out');
      measureOffset().catch((err: unknown) => log.warn({ err }, 'the clock offset could not be measured'));
    },
  };
}

/** Measures once, assuming that the time was read half-way. */
async function measureOnce(readTime: LateChangesOptions['readTime']) {
  const startedAt = Date.now();
  const time = await readTime();
  const endedAt = Date.now();
  return { tookMs: endedAt - startedAt, offsetMs: time - (startedAt + endedAt) / 2 };
}
