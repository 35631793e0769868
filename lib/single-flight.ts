export interface SharingOptions<Input> {
  /** A call that began longer ago than this, in milliseconds, is not joined. */
  readonly joinableMs?: number;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
  /** Returns what is equal for inputs that share a call; by default the input itself. */
  readonly keyOf?: (input: Input) => unknown;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly startedMs: number;
}

/**
 * Returns a function that runs `work` once at a time for each key: concurrent calls share its result or failure. Past
 * the limit a new call runs it again, and later calls join that one.
 */
export function singleFlight<Result, Input = void>(
  work: (input: Input) => Promise<Result>,
  {
    joinableMs = Number.POSITIVE_INFINITY,
    now = () => 0,
    keyOf = (input) => input,
  }: SharingOptions<Input> = {},
): (input: Input) => Promise<Result> {
  const inFlight = new Map<unknown, Flight<Result>>();
  return (input) => {
    const key = keyOf(input);
    const startedMs = now();
    const known = inFlight.get(key);
    if (known && startedMs - known.startedMs <= joinableMs) return known.result;
    const result = work(input).finally(() => {
      // A newer call may have replaced it.
      if (inFlight.get(key)?.result === result) inFlight.delete(key);
    });
    inFlight.set(key, { result, startedMs });
    return result;
  };
}
