import { outsideRequests } from './trace-identity.ts';

/** How often a repeated event is logged, in milliseconds. */
const SAID_EVERY_MS = 1000;

/** Returns a function that counts its calls and logs the count, at once and then every second, outside any request. */
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
