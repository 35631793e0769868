import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { pino } from 'pino';
import { createLateChanges } from '../../lib/database/late-changes.ts';
import { withSignal } from '../../lib/telemetry/trace-identity.ts';

const log = pino({ level: 'silent' });

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
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
  const readTime = postgresAhead(5000, [first, [2, 2]]);
  const lateChanges = createLateChanges({ readTime, limitMs: 1000, log });
  await lateChanges.measureOffset();
  expect(lateChanges.deadline()).toBe(Date.now() + 1000 + 5000);
});

test('a second answer that was held up does not spoil the first', async () => {
  const readTime = postgresAhead(-5000, [
    [2, 2],
    [2, 300],
  ]);
  const lateChanges = createLateChanges({ readTime, limitMs: 1000, log });
  await lateChanges.measureOffset();
  expect(lateChanges.deadline()).toBe(Date.now() + 1000 - 5000);
});

test('the deadline is the earlier one, of who waits and of the service', async () => {
  const lateChanges = createLateChanges({ readTime: postgresAhead(0, []), limitMs: 1000, log });
  const deadlineOf = (until: number) =>
    context.with(withSignal(ROOT_CONTEXT, new AbortController().signal, until), lateChanges.deadline);
  expect(deadlineOf(Date.now() + 300)).toBe(Date.now() + 300);
  expect(deadlineOf(Date.now() + 3000)).toBe(Date.now() + 1000);
});
