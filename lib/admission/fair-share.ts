import { createUsageCounter } from './usage-counter.ts';

/** Whose request it is, as far as that decides how much of what there is for all they may have. */
export interface Claimant {
  /** The same for all requests of one caller. */
  readonly id: string;
  readonly isStudent: boolean;
}

/** What a request holds, until it is released; doing so twice is fine. */
export interface Lease {
  /** Counts it among the students' where its caller turns out to be one. @returns false, and releases it, where that is too much. */
  belongsTo(caller: Pick<Claimant, 'isStudent'>): boolean;
  release(): void;
}

/** Something that there is so much of for all, as slots or bytes. */
export interface FairShare {
  /** Takes so much; null where there is not so much left, of all, of all students or of the caller's. */
  acquire(claimant: Claimant, amount: number): Lease | null;
  /** Whether nothing is left for anybody. */
  isExhausted(): boolean;
}

/** What part may be held by all students, by one of them, and by one member of the staff. */
const PARTS = { students: 1 / 2, oneStudent: 1 / 4, oneOfStaff: 7 / 8 };

/** Returns the shares of `limit`: whatever students take, half of it is the staff's. */
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
            // At once: the next of the same caller may stay.
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
