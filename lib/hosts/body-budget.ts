import { type Claimant, SHARES } from '../admission.ts';
import { PatrolServiceError } from '../errors.ts';

/** Bounds what bodies may take together while they are being read. */
export interface BodyBudget {
  /**
   * Takes what a caller's body may come to.
   * @returns what gives it back; doing so twice is fine.
   * @throws SERVICE_UNAVAILABLE when there is not so much left, of all or of what is the caller's.
   */
  take(caller: Claimant, bytes: number): () => void;
}

/** Bodies up to this, in bytes, have a budget of their own: a mark does not wait for what is longer than any mark. */
const SHORT_BODY = 32 * 1024;

/** What bodies that are being read may come to, in bytes: of short ones, and of all others. */
const LIMITS = { short: 16 * 1024 * 1024, long: 32 * 1024 * 1024 };

export function createBodyBudget(): BodyBudget {
  const short = createBudget(LIMITS.short);
  const long = createBudget(LIMITS.long);
  return { take: (caller, bytes) => (bytes <= SHORT_BODY ? short : long).take(caller, bytes) };
}

function createBudget(limit: number): BodyBudget {
  const held = { all: 0, students: 0, by: new Map<string, number>() };
  const add = ({ id, isStudent }: Claimant, bytes: number) => {
    held.all += bytes;
    if (isStudent) held.students += bytes;
    const own = (held.by.get(id) ?? 0) + bytes;
    if (own > 0) held.by.set(id, own);
    else held.by.delete(id);
  };
  const isOver = ({ id, isStudent }: Claimant, bytes: number) =>
    held.all + bytes > limit ||
    (isStudent && held.students + bytes > limit * SHARES.students) ||
    (held.by.get(id) ?? 0) + bytes > limit * (isStudent ? SHARES.oneStudent : SHARES.oneOfStaff);
  return {
    take(caller, bytes) {
      if (isOver(caller, bytes))
        throw new PatrolServiceError(
          'SERVICE_UNAVAILABLE',
          'too many bodies are being read, of all or of this caller',
        );
      add(caller, bytes);
      let isTaken = true;
      return () => {
        if (isTaken) add(caller, -bytes);
        isTaken = false;
      };
    },
  };
}
