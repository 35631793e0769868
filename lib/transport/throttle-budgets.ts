import { LRUCache } from 'lru-cache';

/**
 * What an address may ask for without a good token, at once and each second in the long run: what is refused, health,
 * documentation, reflection.
 */
const BUDGET = { most: 2000, perSecond: 1000 };
/** More addresses than this are not told apart for long: the one that asked nothing for longest is forgotten. */
const MAX_ADDRESSES = 10_000;

/** What each address has left. */
export interface ThrottleBudgets {
  /** Takes one. @returns whether there was one. */
  spend(clientKey: string): boolean;
  /** Whether more was taken than there was. */
  isOverdrawn(clientKey: string): boolean;
}

/**
 * Returns budgets that are full at first. What is taken too much is owed: of one flood much more is read at once than can
 * be stopped.
 * @param now milliseconds on a clock that never goes back.
 */
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
