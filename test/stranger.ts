import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach } from '@jest/globals';
import { LONG } from './hostile.ts';
import { quantile } from './load/closed-loop.ts';
import type { RequestFlood } from './load/request-flood.ts';
import { openServedCampus, type ServedCampus } from './load/served-campus.ts';
import type { StreamFlood } from './load/stream-flood.ts';

/** A service in a process of its own, and what one test of it opens: all is closed after each test of the file. */
export interface StrangerStage {
  freshService(environment?: Record<string, string>): Promise<ServedCampus>;
  /** Watches the service's memory; what it returns ends that, and gives the most it held beyond the beginning, in MiB. */
  watchMemory(campus: ServedCampus): () => number;
  /** Attacks from a thread of its own until the test is over, so that who attacks does not take the time of who asks. */
  attack(script: 'request-flood.ts', flood: RequestFlood): Promise<void>;
  attack(script: 'stream-flood.ts', flood: StreamFlood): Promise<void>;
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
    async attack(script, flood) {
      const worker = new Worker(new URL(`load/${script}`, import.meta.url), { workerData: flood });
      afterwards(() => worker.terminate());
      await once(worker, 'online');
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

/** What somebody saw who asked quietly: the statuses, and what the median took in milliseconds. */
export interface Quietly {
  readonly statuses: readonly number[];
  readonly medianMs: number;
}

/** Asks for a page again and again, one after another, for some seconds. */
export async function askQuietly(url: string, headers: Record<string, string> = {}): Promise<Quietly> {
  const statuses = new Set<number>();
  const latencies: number[] = [];
  const end = performance.now() + (LONG ? 10_000 : 1500);
  while (performance.now() < end) {
    const began = performance.now();
    const answer = await fetch(url, { headers });
    await answer.text();
    statuses.add(answer.status);
    latencies.push(performance.now() - began);
    await pause(20);
  }
  return { statuses: [...statuses], medianMs: quantile(latencies, 0.5) };
}

/** Asks as an educator, for what they look at first. */
export async function askAsEducator({ service, bearer }: ServedCampus): Promise<Quietly> {
  const headers = { authorization: await bearer('educator') };
  return askQuietly(`http://127.0.0.1:${service.restPort}/api/v1/patrols`, headers);
}
