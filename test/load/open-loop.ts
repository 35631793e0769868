import { setTimeout as pause } from 'node:timers/promises';
import type { LoadReport } from './closed-loop.ts';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';

/** Stands among the statuses for a request whose connection was lost. */
export const LOST = 0;

/** What was offered, and what became of it. */
export interface OpenLoopReport extends LoadReport {
  readonly offered: number;
  /** Requests that no connection was free for: the generator's own limit, which a fair measurement does not reach. */
  readonly unsent: number;
}

export interface OpenLoopOptions {
  readonly connections: readonly HttpConnection[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly next: () => Buffer;
  readonly look?: (answer: HttpAnswer) => void;
}

/** Sends requests at a rate of its own, whatever comes of those before: as many callers do who know nothing of each other. */
export async function openLoop(options: OpenLoopOptions): Promise<OpenLoopReport> {
  const { connections, perSecond, seconds, next, look = () => {} } = options;
  const idle = [...connections];
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  const inFlight = new Set<Promise<void>>();
  const ask = async (connection: HttpConnection) => {
    const sent = performance.now();
    try {
      const answer = await connection.send(next());
      latenciesMs.push(performance.now() - sent);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      look(answer);
      idle.push(connection);
    } catch {
      // A lost connection is part of the report, and is not asked again.
      statuses.set(LOST, (statuses.get(LOST) ?? 0) + 1);
    }
  };
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let [offered, unsent] = [0, 0];
  while (elapsed() < seconds) {
    for (const due = Math.floor(elapsed() * perSecond); offered < due; offered += 1) {
      const connection = idle.pop();
      if (!connection) {
        unsent += 1;
        continue;
      }
      const asked = ask(connection);
      inFlight.add(asked);
      void asked.then(() => inFlight.delete(asked));
    }
    await pause(1);
  }
  await Promise.all(inFlight);
  return { seconds: elapsed(), latenciesMs, statuses, offered, unsent };
}
