import { beforeEach, expect, test } from '@jest/globals';
import { type BodyBudget, createBodyBudget } from '../../lib/http/body-budget.ts';

const MIB = 1024 * 1024;
const student = (id: string) => ({ id, isStudent: true });
const educator = (id: string) => ({ id, isStudent: false });

let bodies: BodyBudget;

beforeEach(() => {
  bodies = createBodyBudget();
});

/** Takes until there is no more for this caller; returns how often. */
function takeAll(caller: ReturnType<typeof student>, bytes: number): number {
  for (let taken = 0; ; taken += 1) {
    try {
      bodies.acquire(caller, bytes);
    } catch {
      return taken;
    }
  }
}

test('one student holds a quarter, all students a half, and the rest is the staff’s', () => {
  expect(takeAll(student('one'), MIB)).toBe(8);
  expect(takeAll(student('two'), MIB)).toBe(8);
  expect(takeAll(student('three'), MIB)).toBe(0);
  expect(takeAll(educator('one'), MIB)).toBe(16);
});

test('a mark does not wait for bodies that are longer than any mark', () => {
  takeAll(educator('one'), MIB);
  takeAll(educator('two'), MIB);
  expect(() => bodies.acquire(educator('three'), MIB)).toThrow('too many bodies');
  expect(takeAll(educator('three'), 32 * 1024)).toBeGreaterThan(200);
});

test('what is given back, once or twice, is there again once', () => {
  const releases = [1, 2, 3, 4, 5, 6, 7, 8].map(() => bodies.acquire(student('one'), MIB));
  for (const release of [...releases, ...releases]) release();
  expect(takeAll(student('one'), MIB)).toBe(8);
});
