import type { Logger } from 'pino';
import { singleFlight } from '../single-flight.ts';
import { activeDeadline } from '../telemetry/trace-identity.ts';
import { sqlStateOf } from './errors.ts';

/**
 * Keeps a change from being made after its caller was told that it was not. A statement may lie in a socket, or wait for a
 * lock, until long after its caller has been answered 503. So it tells its transaction until when its caller waits
 * (`patrol.deadline`, set in author.ts), and the triggers on the tables refuse it from then on (migration 000004).
 * PostgreSQL can only ask its own clock, which need not agree with ours: the offset is measured, and measured anew when a
 * change was refused.
 */
export interface LateChanges {
  /**
   * Returns until when the caller of the active context waits, in milliseconds by PostgreSQL's clock: as long as they said
   * themselves, and no longer than the service makes anybody wait.
   */
  deadline(): number;
  /** Measures the clock offset; whoever asks meanwhile shares the answer. */
  measureOffset(): Promise<void>;
  /** Measures the clock offset if a query failed for being late: one of the clocks may have been set. */
  learnFrom(error: unknown): void;
}

export interface LateChangesOptions {
  /** Returns PostgreSQL's time, in milliseconds since 1970. */
  readonly askTime: () => Promise<number>;
  /** How long the service makes a caller wait for PostgreSQL. */
  readonly limitMs: number;
  readonly log: Logger;
}

/** The triggers' own SQLSTATE (migration 000004). */
const TOO_LATE = '57T00';

/** Creates what tells changes their deadline. Until the offset is measured, the clocks are taken to agree. */
export function createLateChanges({ askTime, limitMs, log }: LateChangesOptions): LateChanges {
  let offsetMs = 0;
  // Changes come late in crowds.
  const measureOffset = singleFlight(async () => {
    // The first question may wait for a connection, which is no part of its way.
    const [first, second] = [await measureOnce(askTime), await measureOnce(askTime)];
    offsetMs = (first.tookMs < second.tookMs ? first : second).offsetMs;
  });
  return {
    deadline: () => Math.round(Math.min(activeDeadline(), Date.now() + limitMs) + offsetMs),
    measureOffset,
    learnFrom(error) {
      if (sqlStateOf(error) !== TOO_LATE) return;
      log.warn('a change came too late for its caller, and was not made');
      measureOffset().catch((err: unknown) => log.warn({ err }, 'the clock offset could not be measured'));
    },
  };
}

/** Asks once; the answer is taken to be given half-way. */
async function measureOnce(askTime: LateChangesOptions['askTime']) {
  const asked = Date.now();
  const answer = await askTime();
  const answered = Date.now();
  return { tookMs: answered - asked, offsetMs: answer - (asked + answered) / 2 };
}
