/** Asks once, and gives the status of the answer. */
export type Ask = () => Promise<number>;

/** What a load met: how long each answer took, and which statuses came how often. */
export interface LoadReport {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  readonly statuses: ReadonlyMap<number, number>;
}

/** Sends `count` requests in all; each asker asks again as soon as it is answered. */
export async function closedLoop(askers: readonly Ask[], count: number): Promise<LoadReport> {
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  const began = performance.now();
  let left = count;
  const askOn = async (ask: Ask) => {
    while (left > 0) {
      left -= 1;
      const asked = performance.now();
      const status = await ask();
      latenciesMs.push(performance.now() - asked);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(askers.map(askOn));
  return { seconds: (performance.now() - began) / 1000, latenciesMs, statuses };
}

/** Gives the value that this share of the values is not above: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
