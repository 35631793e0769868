export interface SharingLimit {
  /** Nobody joins a question that was asked longer ago than this, in milliseconds. */
  readonly joinableMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly startedMs: number;
}

const UNLIMITED: SharingLimit = { joinableMs: Number.POSITIVE_INFINITY, now: () => 0 };

/**
 * Returns what asks once at a time for each key: whoever asks while an answer is under way shares it, and its failure.
 * Past the limit the question is asked anew, and who comes later joins the newest.
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
      // A newer one may have taken its place.
      if (inFlight.get(key)?.result === result) inFlight.delete(key);
    });
    inFlight.set(key, { result, startedMs });
    return result;
  };
}
