import { type Claimant, createFairShare } from '../admission/fair-share.ts';
import { PatrolServiceError } from '../errors.ts';

/** Bounds what bodies may take together while they are being read. */
export interface BodyBudget {
  /**
   * Takes what a caller's body may come to.
   * @returns what gives it back; doing so twice is fine.
   * @throws SERVICE_UNAVAILABLE when there is not so much left, of all or of what is the caller's.
   */
  acquire(caller: Claimant, bytes: number): () => void;
}

/** Bodies up to this, in bytes, have a budget of their own: a mark does not wait for what is longer than any mark. */
const SHORT_BODY = 32 * 1024;

/** What bodies that are being read may come to, in bytes: of short ones, and of all others. */
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
