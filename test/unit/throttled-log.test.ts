import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { throttledLog } from '../../lib/telemetry/throttled-log.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('the first is told at once, and those that follow together within a second, though nothing comes after them', () => {
  const told: number[] = [];
  const say = throttledLog((times) => told.push(times));
  for (let times = 0; times < 7; times += 1) say();
  expect(told).toEqual([1]);
  jest.advanceTimersByTime(1000);
  expect(told).toEqual([1, 6]);
  jest.advanceTimersByTime(5000);
  expect(told).toEqual([1, 6]);
});

test('what goes on is told once a second', () => {
  const told: number[] = [];
  const say = throttledLog((times) => told.push(times));
  for (let tenths = 0; tenths < 35; tenths += 1) {
    say();
    jest.advanceTimersByTime(100);
  }
  expect(told).toHaveLength(4);
  expect(told.slice(1)).toEqual([9, 10, 10]);
});
