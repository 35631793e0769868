import { LRUCache } from 'lru-cache';

/**
 * What an address may ask for without a good token, at once and each second in the long run: what is refused, health,
 * documentation, reflection.
 */
const BUDGET = { most: 2000, perSecond: 1000 };
/** More addresses than this are not told apart for long: the one that asked nothing for longest is forgotten. */
const REMEMBERED_ADDRESSES = 10_000;

/** What each address has left. */
export interface StrangerBudgets {
  /** Takes one. @returns whether there was one. */
  spend(holder: string): boolean;
  /** Whether more was taken than there was. */
  owes(holder: string): boolean;
}

/**
 * Returns budgets that are full at first. What is taken too much is owed: of one flood much more is read at once than can
 * be stopped.
 * @param now milliseconds on a clock that never goes back.
 */
export function createBudgets(now: () => number): StrangerBudgets {
  const budgets = new LRUCache<string, { left: number; at: number }>({ max: REMEMBERED_ADDRESSES });
  const leftOf = (holder: string, at: number) => {
    const budget = budgets.get(holder);
    if (!budget) return BUDGET.most;
    return Math.min(BUDGET.most, budget.left + ((at - budget.at) / 1000) * BUDGET.perSecond);
  };
  return {
    spend(holder) {
      const at = now();
      const left = Math.max(leftOf(holder, at) - 1, -BUDGET.most);
      budgets.set(holder, { left, at });
      return left >= 0;
    },
    owes: (holder) => leftOf(holder, now()) < 0,
  };
}
