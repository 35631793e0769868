import { setTimeout as pause } from 'node:timers/promises';
import { EndedError } from './child-process.ts';

const INTERVAL_MS = 100;

/**
 * Asks again and again until there is an answer other than null.
 * @throws when there is none within `limitMs`; the last error of asking is its cause.
 */
export async function until<Answer>(
  what: string,
  limitMs: number,
  ask: () => Promise<Answer | null>,
): Promise<Answer> {
  const end = performance.now() + limitMs;
  let cause: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
      cause = undefined;
    } catch (error) {
      if (error instanceof EndedError) throw error;
      // It may not listen yet; if it never does, this is why.
      cause = error;
    }
    await pause(INTERVAL_MS);
  }
  throw new Error(`not within ${limitMs / 1000} s: ${what}`, { cause });
}
