import { type Claimant, createFairShare } from '../admission/fair-share.ts';
import { PatrolServiceError } from '../errors.ts';

/** Bounds the memory of bodies that are being read. */
export interface BodyBudget {
  /**
   * Acquires a body's size. @returns a function that releases it, safe to call twice.
   * @throws SERVICE_UNAVAILABLE if that exceeds the limit of all or of the caller.
   */
  acquire(caller: Claimant, bytes: number): () => void;
}

/** Bodies up to this, in bytes, have a budget of their own: a mark never waits for longer bodies. */
const SHORT_BODY = 32 * 1024;

/** The budgets in bytes, for short bodies and for all others. */
const LIMITS = { short: 16 * 1024 * 1024, long: 32 * 1024 * 1024 };

export function createBodyBudget(): BodyBudget {
  const short = createFairShare(LIMITS.short);
  const long = createFairShare(LIMITS.long);
  return {
    acquire(caller, bytes) {
      const lease = (bytes <= SHORT_BODY ? short : long).acquire(caller, bytes);
      if (lease) return lease.release;
      const reason = 'too many bodies are being read, of all or of this caller';
      throw new PatrolServiceError('SERVICE_UNAVAILABLE', reason);
    },
  };
}
