import { createUsageCounter } from './usage-counter.ts';

/** The caller of a request, as far as their share depends on it. */
export interface Claimant {
  /** The same for all requests of one caller. */
  readonly id: string;
  readonly isStudent: boolean;
}

/** The amount that a request holds until it is released. Releasing twice is safe. */
export interface Lease {
  /** Counts it as a student's. @returns false, and releases it, if that exceeds their share. */
  belongsTo(caller: Pick<Claimant, 'isStudent'>): boolean;
  release(): void;
}

/** A bounded resource, such as slots or bytes, that callers share. */
export interface FairShare {
  /** Acquires an amount, or returns null if that exceeds the limit of all, of all students or of the caller. */
  acquire(claimant: Claimant, amount: number): Lease | null;
  /** Whether the limit of all is reached. */
  isExhausted(): boolean;
}

/** The part that all students, one student and one member of staff may hold. */
const PARTS = { students: 1 / 2, oneStudent: 1 / 4, oneOfStaff: 7 / 8 };

/** Creates the shares of `limit`. Half of it is always left for staff. */
export function createFairShare(limit: number): FairShare {
  const held = { all: 0, students: 0, by: createUsageCounter() };
  const most = (part: keyof typeof PARTS) => Math.ceil(limit * PARTS[part]);

  const isRoom = ({ id, isStudent }: Claimant, amount: number) =>
    held.all + amount <= limit &&
    held.by.of(id) + amount <= most(isStudent ? 'oneStudent' : 'oneOfStaff') &&
    (!isStudent || held.students + amount <= most('students'));

  return {
    acquire({ id, isStudent }, amount) {
      if (!isRoom({ id, isStudent }, amount)) return null;
      let isStudents = isStudent;
      let isHeld = true;
      held.all += amount;
      if (isStudents) held.students += amount;
      const releaseUsage = held.by.add(id, amount);
      const release = () => {
        if (!isHeld) return;
        isHeld = false;
        held.all -= amount;
        if (isStudents) held.students -= amount;
        releaseUsage();
      };
      return {
        belongsTo(caller) {
          if (caller.isStudent === isStudents) return true;
          const isOver = held.students + amount > most('students') || held.by.of(id) > most('oneStudent');
          if (caller.isStudent && isOver) {
            // At once: the caller's next request may fit.
            release();
            return false;
          }
          isStudents = caller.isStudent;
          held.students += isStudents ? amount : -amount;
          return true;
        },
        release,
      };
    },
    isExhausted: () => held.all >= limit,
  };
}
