import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import type { Pool } from './pool.ts';
import { createPrimaryPositions, hasReplayed, readServer, type Server } from './wal-positions.ts';

/** Decides whether a standby is read, before anybody reads: both servers are asked all the time. */
export interface StandbyCheck {
  /** Returns what a standby must have replayed to be read by who last changed something at `changedMs`; else null. */
  needed(changedMs: number): bigint | null;
  /** Calls back when the standby no longer answers. @returns what ends that. */
  onSilent(callback: () => void): () => void;
  /** A read found the standby out of reach. */
  lose(error: unknown): void;
  isUsed(): boolean;
  /** Returns how late the standby is at most, in milliseconds; null if that was never known. */
  lagMs(): number | null;
  stop(): Promise<void>;
}

export interface StandbyCheckOptions {
  /** A pool of one connection for each: a check does not wait for those who read. */
  readonly primary: Pick<Pool, 'maybeOne'>;
  readonly standby: Pick<Pool, 'maybeOne'>;
  readonly log: Logger;
  /** Called at each check, with the moment before which nothing matters any more. */
  readonly onCheck?: (beforeMs: number) => void;
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
}

/** How late a standby may be: as late as a change is seen through another replica (docs/contract.md, *Watching*). */
export const MAX_LAG_MS = 1000;
/** How long each server has for its answer. */
export const CHECK_LIMIT_MS = 500;
const CHECK_EVERY_MS = 250;
/** How many checks in a row must find the standby current before it is read: what comes and goes is not read. */
const GOOD_IN_A_ROW = 4;

/** Why a standby is not read: an operator's sentence. */
type Fault = string;

export type Answer = { readonly server: Server } | { readonly error: unknown };

export function createStandbyCheck(options: StandbyCheckOptions): StandbyCheck {
  const { primary, standby, log, onCheck, now = () => performance.now() } = options;
  const positions = createPrimaryPositions();
  const verdict = createVerdict(log);
  const silent = new Set<() => void>();
  const stopping = new AbortController();
  let reachedMs: number | null = null;

  const neededNow = () => positions.firstSince(now() - MAX_LAG_MS);
  const check = async () => {
    // In this order: what the standby has replayed, its primary has by then.
    const behind = await ask(standby);
    const askedMs = now();
    const ahead = await ask(primary);
    if ('server' in ahead) positions.add(askedMs, BigInt(ahead.server.position ?? 0));
    if ('error' in behind) for (const callback of silent) callback();
    onCheck?.(now() - MAX_LAG_MS);
    const needed = neededNow();
    // What the primary said last is good for a second, and it may have too much to do.
    if ('server' in behind && 'error' in ahead && needed !== null) return;
    const fault = faultOf(behind, ahead);
    if (fault !== null) return verdict.against(fault, 'error' in behind ? behind.error : undefined);
    const { server } = behind as { readonly server: Server }; // faultOf has told the other one
    reachedMs = positions.reachedMs(BigInt(server.position ?? 0)) ?? reachedMs;
    if (needed !== null && hasReplayed(server, needed)) verdict.inFavour();
    else verdict.against('the standby is late');
  };
  const checking = outsideRequests(() => repeat(check, stopping.signal));

  return {
    needed: (changedMs) =>
      verdict.isUsed() ? positions.firstSince(Math.max(changedMs, now() - MAX_LAG_MS)) : null,
    onSilent(callback) {
      silent.add(callback);
      return () => void silent.delete(callback);
    },
    lose: (error) => outsideRequests(() => verdict.against('the standby is out of reach', error)),
    isUsed: verdict.isUsed,
    lagMs: () => (reachedMs === null ? null : now() - reachedMs),
    stop() {
      stopping.abort();
      return checking;
    },
  };
}

/** Whether the standby is read, by what the checks found; logs when that changes, and another reason why not. */
function createVerdict(log: Logger) {
  let goodInARow = 0;
  let told: Fault | null = 'not checked yet';
  const isUsed = () => goodInARow >= GOOD_IN_A_ROW;
  return {
    isUsed,
    inFavour() {
      goodInARow += 1;
      if (!isUsed() || told === null) return;
      told = null;
      log.info('lists and reports are read at the standby');
    },
    against(fault: Fault, error?: unknown) {
      goodInARow = 0;
      if (fault === told) return;
      told = fault;
      log.warn({ err: error }, `lists and reports are read at the primary: ${fault}`);
    },
  };
}

async function repeat(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await work();
    // Rejects only when it is stopped.
    await pause(CHECK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

async function ask(pool: Pick<Pool, 'maybeOne'>): Promise<Answer> {
  try {
    const server = await pool.maybeOne(readServer, CHECK_LIMIT_MS);
    return server ? { server } : { error: new Error('no answer') };
  } catch (error) {
    return { error };
  }
}

/** Returns why nothing can be said of a standby, or null. */
export function faultOf(standby: Answer, primary: Answer): Fault | null {
  if ('error' in standby) return 'the standby does not answer';
  if ('error' in primary) return 'the primary does not say how far it is';
  const [own, its] = [standby.server, primary.server];
  if (its.is_standby) return 'DATABASE_URL leads to a standby';
  if (own.cluster !== its.cluster) return 'DATABASE_READ_URL leads to a server of another cluster';
  if (!own.is_standby) return 'DATABASE_READ_URL leads to a server that is no standby, or was promoted';
  if (own.position === null || its.position === null) return 'the standby does not say how far it is';
  return BigInt(own.position) > BigInt(its.position) ? 'the standby follows another primary' : null;
}
