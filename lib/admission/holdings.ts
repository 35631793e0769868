/** How many of something each holder has. */
export interface Holdings {
  of(holder: string): number;
  /** Gives a holder more, one by default. @returns what takes it back; doing so twice is fine. */
  add(holder: string, amount?: number): () => void;
}

export function createHoldings(): Holdings {
  const counts = new Map<string, number>();
  const of = (holder: string) => counts.get(holder) ?? 0;
  return {
    of,
    add(holder, amount = 1) {
      counts.set(holder, of(holder) + amount);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = of(holder) - amount;
        if (left > 0) counts.set(holder, left);
        else counts.delete(holder);
      };
    },
  };
}
