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
    const askedAt = Date.now();
    jest.setSystemTime(askedAt + there);
    const time = Date.now() + aheadMs;
    jest.setSystemTime(askedAt + there + back);
    return { askedAt, time, answeredAt: Date.now() };
  };
}

test.each([
  ['the first answer waited for a connection', [400, 2]],
  ['both took alike', [2, 2]],
] as const)('how far the clocks are apart is not mistaken when %s', async (_what, first) => {
  const readTime = postgresAhead(5000, [first, [2, 2]]);
  const lateChanges = createLateChanges({ readTime, limitMs: 1000, log });
  for (const _reading of [1, 2]) lateChanges.noteTime(await readTime());
  expect(lateChanges.deadline(Date.now())).toBe(Date.now() + 5000);
});

test('a second answer that was held up does not spoil the first', async () => {
  const readTime = postgresAhead(-5000, [
    [2, 2],
    [2, 300],
  ]);
  const lateChanges = createLateChanges({ readTime, limitMs: 1000, log });
  for (const _reading of [1, 2]) lateChanges.noteTime(await readTime());
  expect(lateChanges.deadline(Date.now())).toBe(Date.now() - 5000);
});

test('a clock that jumped is believed at once, and told once', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const lateChanges = createLateChanges({ readTime: postgresAhead(0, []), limitMs: 1000, log });
  for (const ahead of [0, -300_000, -300_000]) lateChanges.noteTime(await postgresAhead(ahead, [[2, 2]])());
  expect(lateChanges.deadline(Date.now())).toBe(Date.now() - 300_000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"offset_ms":-300000,"before_ms":0');
});

test.each([
  ['the service', 4000, 10_000, 3700],
  ['who waits', 10_000, 2000, 1700],
  ['who waits for a short time', 4000, 100, 75],
  ['who waits no more', 4000, -100, 0],
])(
  'a change may be made until its answer still arrives in time, by the limit of %s',
  (_whose, limitMs, left, until) => {
    const lateChanges = createLateChanges({ readTime: postgresAhead(0, []), limitMs, log });
    const waiting = withSignal(ROOT_CONTEXT, new AbortController().signal, Date.now() + left);
    expect(context.with(waiting, lateChanges.until)).toBe(Date.now() + until);
  },
);
