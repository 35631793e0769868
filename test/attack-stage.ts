import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach } from '@jest/globals';
import { LONG } from './hostile.ts';
import type { RequestFlood } from './load/request-flood.ts';
import { openServedCampus, type ServedCampus } from './load/served-campus.ts';
import type { StreamFlood } from './load/stream-flood.ts';

/** A service in a process of its own, and what one test of it opens: all is closed after each test of the file. */
export interface AttackStage {
  freshService(environment?: Record<string, string>): Promise<ServedCampus>;
  /** Watches the service's memory; what it returns ends that, and gives the most it held beyond the beginning, in MiB. */
  watchMemory(campus: ServedCampus): () => number;
  /** Attacks from a thread of its own until the test is over, so that who attacks does not take the time of who asks. */
  attack(script: 'request-flood.ts', flood: RequestFlood): Promise<void>;
  attack(script: 'stream-flood.ts', flood: StreamFlood): Promise<void>;
  /** Is done after the test, the last one first. */
  afterwards(close: () => unknown): void;
}

export function attackStage(): AttackStage {
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
      // With streams of its own, for each worker would listen to the process's.
      const worker = new Worker(new URL(`load/${script}`, import.meta.url), {
        ...{ workerData: flood, stdout: true, stderr: true },
      });
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

/** The most a service may hold beyond its beginning, in MiB: a busy machine collects late, what has no bound takes more. */
export const MEMORY_MIB = 200;

/** An app's patience: who is kept waiting longer is not answered. */
const PATIENCE_MS = 10_000;

/** Asks for a page again and again, one after another, each within an app's patience; returns the statuses it saw. */
export async function askInTurn(url: string, headers: Record<string, string> = {}): Promise<number[]> {
  const statuses = new Set<number>();
  for (let asked = 0; asked < (LONG ? 300 : 40); asked += 1) {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.text();
    statuses.add(answer.status);
    await pause(20);
  }
  return [...statuses];
}

/** Asks as an educator, for what they look at first. */
export async function askAsEducator({ service, bearer }: ServedCampus): Promise<number[]> {
  const headers = { authorization: await bearer('educator') };
  return askInTurn(`http://127.0.0.1:${service.restPort}/api/v1/patrols`, headers);
}
