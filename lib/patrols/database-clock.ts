import { singleFlight } from '../single-flight.ts';

/** What PostgreSQL's clock says, as far as this process knows: the two need not agree. */
export interface DatabaseClock {
  /**
   * The moment, in milliseconds by PostgreSQL's clock, until which somebody waits who has just begun to.
   * @param until when they stop waiting themselves, in milliseconds by our own clock.
   */
  deadline(until: number): number;
  /** Asks PostgreSQL again how far the clocks are apart; whoever wants to know meanwhile shares the answer. */
  compare(): Promise<void>;
}

export interface DatabaseClockOptions {
  /** Gives PostgreSQL's time in milliseconds since 1970. */
  readonly ask: () => Promise<number>;
  /** How long callers wait. */
  readonly limitMs: number;
}

/**
 * Gives the clock that late changes are told by: a statement may lie in a socket until long after its caller has been
 * answered 503, and must do nothing then. Before the first comparison the clocks are taken to agree.
 */
export function createDatabaseClock({ ask, limitMs }: DatabaseClockOptions): DatabaseClock {
  let aheadMs = 0;
  const compare = async () => {
    // The first question may have to wait until there is a connection, which is no part of its way.
    const [first, second] = [await trip(ask), await trip(ask)];
    aheadMs = (first.tookMs < second.tookMs ? first : second).aheadMs;
  };
  return {
    deadline: (until) => Math.round(Math.min(until, Date.now() + limitMs) + aheadMs),
    // Changes come late in crowds.
    compare: singleFlight(compare),
  };
}

/** Asks once; the answer is taken to be given half-way. */
async function trip(ask: DatabaseClockOptions['ask']): Promise<{ tookMs: number; aheadMs: number }> {
  const asked = Date.now();
  const answer = await ask();
  const answered = Date.now();
  return { tookMs: answered - asked, aheadMs: answer - (asked + answered) / 2 };
}
