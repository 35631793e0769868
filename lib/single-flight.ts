export interface SharingLimit {
  /** Nobody joins a question that was asked longer ago than this, in milliseconds. */
  readonly joinableMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

interface Flight<Answer> {
  readonly answer: Promise<Answer>;
  readonly askedMs: number;
}

const FOR_EVER: SharingLimit = { joinableMs: Number.POSITIVE_INFINITY, now: () => 0 };

/**
 * Returns what asks once at a time for each key: whoever asks while an answer is under way shares it, and its failure.
 * Past the limit the question is asked anew, and who comes later joins the newest.
 */
export function singleFlight<Answer, Key = void>(
  ask: (key: Key) => Promise<Answer>,
  { joinableMs, now }: SharingLimit = FOR_EVER,
): (key: Key) => Promise<Answer> {
  const underWay = new Map<Key, Flight<Answer>>();
  return (key) => {
    const askedMs = now();
    const known = underWay.get(key);
    if (known && askedMs - known.askedMs <= joinableMs) return known.answer;
    const answer = ask(key).finally(() => {
      // A newer one may have taken its place.
      if (underWay.get(key)?.answer === answer) underWay.delete(key);
    });
    underWay.set(key, { answer, askedMs });
    return answer;
  };
}
