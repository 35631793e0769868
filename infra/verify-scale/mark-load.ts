import { tonight } from '../../lib/patrols/evening.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { SIRIUS } from '../../lib/settings/campus-buildings.ts';
import { type Ask, done } from '../clients/operation-client.ts';

/** What a load met so far. */
export interface LoadCounts {
  readonly asked: number;
  /** How often each answer other than OK came, or what the connection failed with. */
  readonly failures: ReadonlyMap<string, number>;
  /** The longest time without any answer that was OK, in milliseconds. */
  readonly longestSilenceMs: number;
}

/** Educators who read and mark, each in one entrance, as fast as they are answered. */
export interface MarkLoad {
  readonly counts: LoadCounts;
  /** Resolves as soon as so many requests were answered in all. */
  reached(count: number): Promise<void>;
  /** Lets what is under way end. */
  stop(): Promise<void>;
  /**
   * Compares what is stored with what was acknowledged: each mark carries a number, and an entry must have the last that
   * was acknowledged, or a later one whose answer got lost. Returns a sentence for each entry that is behind.
   */
  lostMarks(ask: Ask): Promise<string[]>;
}

interface Entry {
  readonly patrol_id: string;
  readonly patrol_entry_id: string;
  acknowledged: number;
}

/** Starts tonight's patrols of the whole campus, one entrance after the other. */
export async function startPatrols(ask: Ask): Promise<PatrolWithEntries[]> {
  const date = tonight(new Date(), 'Europe/Moscow');
  const patrols: PatrolWithEntries[] = [];
  for (const [building, entrances] of SIRIUS) {
    for (let entrance = 1; entrance <= entrances; entrance += 1) {
      patrols.push(await done(ask, 'CreatePatrol', { date, building, entrance }));
    }
  }
  return patrols;
}

/**
 * Lets one asker for each of `asks` work in every patrol. Two of three requests are marks, and no two askers mark the
 * same entry.
 */
export function startMarkLoad(asks: readonly Ask[], patrols: readonly PatrolWithEntries[]): MarkLoad {
  const failures = new Map<string, number>();
  const counts = { asked: 0, failures, longestSilenceMs: 0 };
  const waiting: { count: number; resolve: () => void }[] = [];
  let isOver = false;
  let lastOk = performance.now();
  const askOnce = async (ask: Ask, ...asked: Parameters<Ask>): Promise<boolean> => {
    const answer = await ask(...asked).then(({ code }) => code, reasonOf);
    counts.asked += 1;
    const now = performance.now();
    if (answer === 'OK') {
      counts.longestSilenceMs = Math.max(counts.longestSilenceMs, now - lastOk);
      lastOk = now;
    } else failures.set(answer, (failures.get(answer) ?? 0) + 1);
    for (const { resolve } of waiting.filter(({ count }) => count <= counts.asked)) resolve();
    return answer === 'OK';
  };
  const owned: Entry[] = [];
  const walk = async (ask: Ask, entries: readonly Entry[]) => {
    for (let number = 1; !isOver; number += 1) {
      const entry = entries[number % entries.length];
      if (!entry) return;
      const { patrol_id, patrol_entry_id } = entry;
      const mark = { patrol_id, patrol_entry_id, is_present: false, absence_reason: `mark ${number}` };
      if (await askOnce(ask, 'UpdatePatrolEntry', mark)) entry.acknowledged = number;
      if (number % 2 === 0) await askOnce(ask, 'GetPatrolDetails', { patrol_id });
    }
  };
  const askers = asks.flatMap((ask, at) =>
    patrols.map(({ patrol_id, entries }) => {
      const own = entries
        .filter((_, index) => index % asks.length === at)
        .map(({ patrol_entry_id }) => ({ patrol_id, patrol_entry_id, acknowledged: 0 }));
      owned.push(...own);
      return walk(ask, own);
    }),
  );
  return {
    counts,
    reached: (count) =>
      count <= counts.asked
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.push({ count, resolve })),
    async stop() {
      isOver = true;
      await Promise.all(askers);
    },
    lostMarks: (ask) => lostMarks(ask, owned),
  };
}

async function lostMarks(ask: Ask, owned: readonly Entry[]): Promise<string[]> {
  const lost: string[] = [];
  const patrols = new Set(owned.map(({ patrol_id }) => patrol_id));
  for (const patrol_id of patrols) {
    const { entries }: PatrolWithEntries = await done(ask, 'GetPatrolDetails', { patrol_id });
    for (const entry of owned.filter((one) => one.patrol_id === patrol_id)) {
      const stored = entries.find(({ patrol_entry_id }) => patrol_entry_id === entry.patrol_entry_id);
      const number = Number(/^mark (\d+)$/.exec(stored?.absence_reason ?? '')?.[1] ?? 0);
      if (number < entry.acknowledged)
        lost.push(
          `${entry.patrol_entry_id}: mark ${entry.acknowledged} was acknowledged, ${number} is stored`,
        );
    }
  }
  return lost;
}

/** A connection that failed has its reason in the cause of fetch's error. */
function reasonOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  const { cause } = error;
  const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : '';
  return code || (Error.isError(cause) ? cause.message : error.message);
}

/** Returns counts as a person reads them. */
export function described({ asked, failures, longestSilenceMs }: LoadCounts): string {
  const failed = [...failures].map(([answer, count]) => `${count} × ${answer}`).join(', ') || 'none failed';
  return `${asked} requests, ${failed}, longest silence ${(longestSilenceMs / 1000).toFixed(1)} s`;
}
