import { outsideRequests } from './trace-identity.ts';

/** How often something that happens all the time is said. */
const SAID_EVERY_MS = 1000;

/**
 * Returns what counts its calls and tells the count: the first at once, those that follow together once a second. It is
 * told outside of any request, for it is of many.
 */
export function throttledLog(tell: (times: number) => void): () => void {
  let times = 0;
  let timer: NodeJS.Timeout | undefined;
  const say = () => {
    timer = undefined;
    if (times === 0) return;
    const told = times;
    times = 0;
    timer = setTimeout(say, SAID_EVERY_MS).unref();
    outsideRequests(() => tell(told));
  };
  return () => {
    times += 1;
    if (timer === undefined) say();
  };
}
