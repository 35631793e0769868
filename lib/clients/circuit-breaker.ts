import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { PatrolServiceError } from '../errors.ts';

/** Keeps callers from waiting one after another for a peer that answers nobody. */
export interface CircuitBreaker {
  /**
   * @param call told whether it is the one that finds out: whatever it ends with but a deadline says that the peer is back.
   * @throws SERVICE_UNAVAILABLE at once while the peer is taken for dead, and whatever the call throws.
   */
  execute<Result>(call: (isProbe: boolean) => Promise<Result>): Promise<Result>;
}

/** So many calls in a row that ran into their deadline are no coincidence. */
const FAILURES_IN_A_ROW = 5;
/** Soon, for one call is all that finding out costs; the others are refused meanwhile. */
const TRY_AGAIN_MS = 250;

/**
 * Only deadlines count. A peer that is plainly down costs next to nothing: its connection is refused, and the retries
 * are over in half a second; one that hangs would cost every caller the whole deadline.
 */
export function createCircuitBreaker(peer: string, isDeadline: (error: unknown) => boolean): CircuitBreaker {
  const breaker = circuitBreaker(handleWhen(isDeadline), {
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
    halfOpenAfter: TRY_AGAIN_MS,
  });
  const refused = (cause?: unknown) =>
    new PatrolServiceError('SERVICE_UNAVAILABLE', `${peer} answers nobody`, { cause });
  return {
    async execute(call) {
      // The library lets everybody wait for the one call that finds out, which may take that call's whole deadline.
      if (breaker.state === CircuitState.HalfOpen) throw refused();
      try {
        const isProbe = breaker.state !== CircuitState.Closed;
        return await breaker.execute(() => call(isProbe));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? refused(error) : error;
      }
    },
  };
}
