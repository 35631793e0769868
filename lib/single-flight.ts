/** Returns what asks once at a time for each key: whoever asks while an answer is under way shares it, and its failure. */
export function singleFlight<Answer, Key = void>(
  ask: (key: Key) => Promise<Answer>,
): (key: Key) => Promise<Answer> {
  const underWay = new Map<Key, Promise<Answer>>();
  return (key) => {
    const known = underWay.get(key);
    if (known) return known;
    const answer = ask(key).finally(() => underWay.delete(key));
    underWay.set(key, answer);
    return answer;
  };
}
