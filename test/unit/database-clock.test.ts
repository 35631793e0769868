import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createDatabaseClock } from '../../lib/patrols/database-clock.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A PostgreSQL whose clock is this much ahead, and whose answers take their time on the way there and back. */
function postgresAhead(aheadMs: number, ways: readonly (readonly [there: number, back: number])[]) {
  const left = [...ways];
  return async () => {
    const [there, back] = left.shift() ?? [0, 0];
    jest.setSystemTime(Date.now() + there);
    const answer = Date.now() + aheadMs;
    jest.setSystemTime(Date.now() + back);
    return answer;
  };
}

test.each([
  ['the first answer waited for a connection', [400, 2]],
  ['both took alike', [2, 2]],
] as const)('how far the clocks are apart is not mistaken when %s', async (_what, first) => {
  const clock = createDatabaseClock({ ask: postgresAhead(5000, [first, [2, 2]]), limitMs: 1000 });
  await clock.compare();
  expect(clock.deadline(Number.POSITIVE_INFINITY)).toBe(Date.now() + 1000 + 5000);
});

test('a second answer that was held up does not spoil the first', async () => {
  const clock = createDatabaseClock({
    ask: postgresAhead(-5000, [
      [2, 2],
      [2, 300],
    ]),
    limitMs: 1000,
  });
  await clock.compare();
  expect(clock.deadline(Number.POSITIVE_INFINITY)).toBe(Date.now() + 1000 - 5000);
});

test('the deadline is the earlier one, of who waits and of the service', async () => {
  const clock = createDatabaseClock({ ask: postgresAhead(0, []), limitMs: 1000 });
  expect(clock.deadline(Date.now() + 300)).toBe(Date.now() + 300);
  expect(clock.deadline(Date.now() + 3000)).toBe(Date.now() + 1000);
});
