import { outsideRequests } from './trace-identity.ts';

/** How often a repeated event is logged, in milliseconds. */
const LOG_EVERY_MS = 1000;

/** Returns a function that counts its calls and logs the count, at once and then every second, outside any request. */
export function throttledLog(log: (times: number) => void): () => void {
  let times = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    if (times === 0) return;
    const logged = times;
    times = 0;
    timer = setTimeout(flush, LOG_EVERY_MS).unref();
    outsideRequests(() => log(logged));
  };
  return () => {
    times += 1;
    if (timer === undefined) flush();
  };
}
