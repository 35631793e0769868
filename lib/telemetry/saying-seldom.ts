import { outsideRequests } from './trace-identity.ts';

/** How often something that happens all the time is said. */
const SAID_EVERY_MS = 1000;

/** Returns what counts its calls and tells the count, the first at once and then no more often than once a second. */
export function sayingSeldom(tell: (times: number) => void): () => void {
  let times = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    times += 1;
    const now = performance.now();
    if (now - toldAt < SAID_EVERY_MS) return;
    outsideRequests(() => tell(times));
    times = 0;
    toldAt = now;
  };
}
