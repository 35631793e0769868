export interface SharingLimit {
  /** A call that began longer ago than this, in milliseconds, is not joined. */
  readonly joinableMs: number;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly startedMs: number;
}

const UNLIMITED: SharingLimit = { joinableMs: Number.POSITIVE_INFINITY, now: () => 0 };

/**
 * Returns a function that runs `work` once at a time for each key: concurrent calls share its result or failure. Past
 * the limit a new call runs it again, and later calls join that one.
 */
export function singleFlight<Result, Key = void>(
  work: (key: Key) => Promise<Result>,
  { joinableMs, now }: SharingLimit = UNLIMITED,
): (key: Key) => Promise<Result> {
  const inFlight = new Map<Key, Flight<Result>>();
  return (key) => {
    const startedMs = now();
    const known = inFlight.get(key);
    if (known && startedMs - known.startedMs <= joinableMs) return known.result;
    const result = work(key).finally(() => {
      // A newer call may have replaced it.
      if (inFlight.get(key)?.result === result) inFlight.delete(key);
    });
    inFlight.set(key, { result, startedMs });
    return result;
  };
}
