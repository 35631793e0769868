import type { Logger } from 'pino';
import { singleFlight } from '../single-flight.ts';
import { activeDeadline } from '../telemetry/trace-identity.ts';
import { sqlStateOf } from './errors.ts';

/**
 * Prevents a change from being committed after its caller was answered 503, however long it waited in a socket or for a
 * lock: triggers refuse it past `patrol.deadline` (author.ts, migration 000004). They compare with PostgreSQL's clock,
 * so the clock offset is measured: on each new connection before it is used, and again after each refusal.
 */
export interface LateChanges {
  /**
   * Returns until when a change of the active caller may be made, in milliseconds by the service's clock: a moment
   * before the caller's deadline, at most the service's limit, so that the answer is there in time.
   */
  until(): number;
  /** Returns such a moment by PostgreSQL's clock, rounded to a millisecond. */
  deadline(until: number): number;
  /** Narrows the clock offset down, or replaces it if one of the clocks was set, or PostgreSQL is another. */
  noteTime(reading: TimeReading): void;
  /** Measures the clock offset again if a query failed for being late: one of the clocks may have been set. */
  remeasureAfter(error: unknown): void;
}

/** PostgreSQL's time, and the service's before and after it was asked for, in milliseconds since 1970. */
export interface TimeReading {
  readonly askedAt: number;
  readonly time: number;
  readonly answeredAt: number;
}

export interface LateChangesOptions {
  /** Asks for PostgreSQL's time. */
  readonly readTime: () => Promise<TimeReading>;
  /** How long the service lets a caller wait for PostgreSQL. */
  readonly limitMs: number;
  readonly log: Logger;
}

/** The SQLSTATE that the triggers raise (migration 000004). */
const TOO_LATE = '57T00';
/** The time that an answer has to reach its caller: a part of what the caller waits, and never more than this. */
const ANSWER_MS = 300;
const ANSWER_PART = 1 / 4;
/** Clocks drift by less between two measurements; what is further apart was set. */
const JUMP_MS = 1000;

/** Creates the deadlines of changes. Until the offset is measured, the clocks are assumed to agree. */
export function createLateChanges({ readTime, limitMs, log }: LateChangesOptions): LateChanges {
  // How far PostgreSQL's clock is ahead, at least and at most.
  let offset: { readonly from: number; readonly to: number } | null = null;
  const middle = () => (offset ? (offset.from + offset.to) / 2 : 0);
  const noteTime = ({ askedAt, time, answeredAt }: TimeReading) => {
    const seen = { from: time - answeredAt, to: time - askedAt };
    const from = Math.max(seen.from, offset?.from ?? seen.from);
    const to = Math.min(seen.to, offset?.to ?? seen.to);
    const before = middle();
    const isFirst = offset === null;
    offset = from <= to ? { from, to } : seen;
    const offset_ms = Math.round(middle());
    if (isFirst || Math.abs(offset_ms - before) < JUMP_MS) return;
    log.warn({ offset_ms, before_ms: Math.round(before) }, "PostgreSQL's clock is another than before");
  };
  // Late changes come in bursts.
  const remeasure = singleFlight(async () => {
    // The first reading may include the wait for a connection.
    noteTime(await readTime());
    noteTime(await readTime());
  });
  return {
    until() {
      const now = Date.now();
      const left = Math.max(0, Math.min(activeDeadline(), now + limitMs) - now);
      return now + left - Math.min(ANSWER_MS, left * ANSWER_PART);
    },
    deadline: (until) => Math.round(until + middle()),
    noteTime,
    remeasureAfter(error) {
      if (sqlStateOf(error) !== TOO_LATE) return;
      log.warn('a change was refused, its caller had timed out');
      remeasure().catch((err: unknown) => log.warn({ err }, 'the clock offset could not be measured'));
    },
  };
}
