/** Counts how much each client holds. */
export interface UsageCounter {
  of(clientKey: string): number;
  /** Adds an amount, one by default. @returns a function that takes it back; calling it twice is safe. */
  add(clientKey: string, amount?: number): () => void;
}

export function createUsageCounter(): UsageCounter {
  const counts = new Map<string, number>();
  const of = (clientKey: string) => counts.get(clientKey) ?? 0;
  return {
    of,
    add(clientKey, amount = 1) {
      counts.set(clientKey, of(clientKey) + amount);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = of(clientKey) - amount;
        if (left > 0) counts.set(clientKey, left);
        else counts.delete(clientKey);
      };
    },
  };
}
