import { afterEach } from '@jest/globals';
import { openServedCampus, type ServedCampus } from './load/served-campus.ts';

/** A service in a process of its own, and what one test of it opens: all is closed after each test of the file. */
export interface StrangerStage {
  freshService(environment?: Record<string, string>): Promise<ServedCampus>;
  /** Watches the service's memory; what it returns ends that, and gives the most it held beyond the beginning, in MiB. */
  watchMemory(campus: ServedCampus): () => number;
  /** Is done after the test, the last one first. */
  afterwards(close: () => unknown): void;
}

export function strangerStage(): StrangerStage {
  const closing: (() => unknown)[] = [];
  const afterwards = (close: () => unknown) => void closing.push(close);
  afterEach(async () => {
    for (let close = closing.pop(); close; close = closing.pop()) await close();
  });
  return {
    afterwards,
    async freshService(environment) {
      const campus = await openServedCampus(environment);
      afterwards(() => campus.close());
      return campus;
    },
    watchMemory({ service }) {
      const before = service.residentMiB();
      let most = before;
      const timer = setInterval(() => {
        most = Math.max(most, service.residentMiB());
      }, 10);
      afterwards(() => clearInterval(timer));
      return () => {
        clearInterval(timer);
        return Math.max(most, service.residentMiB()) - before;
      };
    },
  };
}
