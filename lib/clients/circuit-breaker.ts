import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { PatrolServiceError } from '../errors.ts';

/** Fails calls fast while a peer does not answer. */
export interface CircuitBreaker {
  /**
   * Runs a call.
   * @param call gets true if it is the probe: any outcome but a deadline closes the circuit.
   * @throws SERVICE_UNAVAILABLE at once while the circuit is open, and whatever the call throws.
   */
  execute<Result>(call: (isProbe: boolean) => Promise<Result>): Promise<Result>;
}

/** Consecutive calls that exceed their deadline and open the circuit. */
const FAILURES_IN_A_ROW = 5;
/** Short, because a probe costs one call; the others fail fast meanwhile. */
const TRY_AGAIN_MS = 250;

/**
 * Creates a circuit breaker that counts deadlines only. A peer that is down fails fast by itself; one that hangs would
 * cost every caller the whole deadline.
 */
export function createCircuitBreaker(peer: string, isDeadline: (error: unknown) => boolean): CircuitBreaker {
  const breaker = circuitBreaker(handleWhen(isDeadline), {
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
    halfOpenAfter: TRY_AGAIN_MS,
  });
  const refused = (cause?: unknown) =>
    new PatrolServiceError('SERVICE_UNAVAILABLE', `${peer} does not answer`, { cause });
  return {
    async execute(call) {
      // cockatiel lets other calls wait for the probe, which may take its whole deadline.
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
