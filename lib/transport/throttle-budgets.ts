import { LRUCache } from 'lru-cache';

/** The budget of a client without a good token: refused requests, health, documentation, reflection. */
const BUDGET = { most: 2000, perSecond: 1000 };
/** Addresses tracked at a time; the least recently used one is forgotten. */
const MAX_ADDRESSES = 10_000;

/** The budget of each client. */
export interface ThrottleBudgets {
  /** Spends one unit. @returns whether there was one. */
  spend(clientKey: string): boolean;
  /** Whether more was spent than the budget had. */
  isOverdrawn(clientKey: string): boolean;
}

/** Creates budgets, full at first. Overspending is a debt. @param now milliseconds on a monotonic clock. */
export function createThrottleBudgets(now: () => number): ThrottleBudgets {
  const budgets = new LRUCache<string, { left: number; at: number }>({ max: MAX_ADDRESSES });
  const leftOf = (clientKey: string, at: number) => {
    const budget = budgets.get(clientKey);
    if (!budget) return BUDGET.most;
    return Math.min(BUDGET.most, budget.left + ((at - budget.at) / 1000) * BUDGET.perSecond);
  };
  return {
    spend(clientKey) {
      const at = now();
      const left = Math.max(leftOf(clientKey, at) - 1, -BUDGET.most);
      budgets.set(clientKey, { left, at });
      return left >= 0;
    },
    isOverdrawn: (clientKey) => leftOf(clientKey, now()) < 0,
  };
}
