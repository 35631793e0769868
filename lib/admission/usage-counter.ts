/** How many of something each holder has. */
export interface UsageCounter {
  of(clientKey: string): number;
  /** Gives a holder more, one by default. @returns what takes it back; doing so twice is fine. */
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
