import { expect, test } from '@jest/globals';
import { createThrottleBudgets } from '../../lib/transport/throttle-budgets.ts';

const clock = { ms: 0 };
const fresh = () => createThrottleBudgets(() => clock.ms);

function spendAll(budgets: ReturnType<typeof fresh>, clientKey: string): number {
  let spent = 0;
  while (budgets.spend(clientKey)) spent += 1;
  return spent;
}

test('an address may ask two thousand times at once, and another as often', () => {
  const budgets = fresh();
  expect(spendAll(budgets, '192.0.2.1')).toBe(2000);
  expect(budgets.isOverdrawn('192.0.2.1')).toBe(true);
  expect(budgets.isOverdrawn('192.0.2.2')).toBe(false);
  expect(spendAll(budgets, '192.0.2.2')).toBe(2000);
});

test('it is given back a thousand a second, and never more than it had', () => {
  const budgets = fresh();
  spendAll(budgets, '192.0.2.1');
  clock.ms += 500;
  expect(budgets.isOverdrawn('192.0.2.1')).toBe(false);
  // One was owed.
  expect(spendAll(budgets, '192.0.2.1')).toBe(499);
  clock.ms += 3_600_000;
  expect(spendAll(budgets, '192.0.2.1')).toBe(2000);
});

test('what was asked too much is paid first, as far back as two seconds', () => {
  const budgets = fresh();
  for (let asked = 0; asked < 10_000; asked += 1) budgets.spend('192.0.2.1');
  clock.ms += 1999;
  expect(budgets.isOverdrawn('192.0.2.1')).toBe(true);
  clock.ms += 2;
  expect(budgets.isOverdrawn('192.0.2.1')).toBe(false);
});
