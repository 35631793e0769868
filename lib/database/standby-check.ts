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
}

/** How late a standby may be that is read: as late as a change is seen through another replica (contract.md, *Watching*). */
export const MAX_LAG_MS = 1000;
/** How long each server has for its answer. */
export const CHECK_LIMIT_MS = 500;
const CHECK_EVERY_MS = 250;
/** How many checks in a row must find the standby current before it is read: what comes and goes is not read. */
const GOOD_IN_A_ROW = 4;

/** Why a standby is not read: an operator's sentence. */
type Fault = string;

export type Answer = { readonly server: Server } | { readonly error: unknown };

export function createStandbyCheck({ primary, standby, log, onCheck }: StandbyCheckOptions): StandbyCheck {
  const positions = createPrimaryPositions();
  const silent = new Set<() => void>();
  const stopping = new AbortController();
  let goodInARow = 0;
  let reachedMs: number | null = null;
  let told: Fault | null = 'not checked yet';

  const isUsed = () => goodInARow >= GOOD_IN_A_ROW;
  const reject = (fault: Fault, error?: unknown) => {
    goodInARow = 0;
    if (fault === told) return;
    told = fault;
    log.warn({ err: error }, `lists and reports are read at the primary: ${fault}`);
  };
  const accept = () => {
    goodInARow += 1;
    if (!isUsed() || told === null) return;
    told = null;
    log.info('lists and reports are read at the standby');
  };
  const check = async () => {
    // In this order: what the standby has replayed, its primary has by then.
    const behind = await ask(standby);
    const askedMs = performance.now();
    const ahead = await ask(primary);
    if ('server' in ahead) positions.add(askedMs, BigInt(ahead.server.position ?? 0));
    const fault = faultOf(behind, ahead);
    if (fault === null && 'server' in behind) {
      const { server } = behind;
      reachedMs = positions.reachedMs(BigInt(server.position ?? 0)) ?? reachedMs;
      const needed = positions.firstSince(performance.now() - MAX_LAG_MS);
      if (needed !== null && hasReplayed(server, needed)) accept();
      else reject('the standby is late');
    } else if (fault !== null) reject(fault, 'error' in behind ? behind.error : undefined);
    if ('error' in behind) for (const callback of silent) callback();
    onCheck?.(performance.now() - MAX_LAG_MS);
  };
  const checking = outsideRequests(() => repeat(check, stopping.signal));

  return {
    needed: (changedMs) =>
      isUsed() ? positions.firstSince(Math.max(changedMs, performance.now() - MAX_LAG_MS)) : null,
    onSilent(callback) {
      silent.add(callback);
      return () => void silent.delete(callback);
    },
    lose: (error) => outsideRequests(() => reject('the standby is out of reach', error)),
    isUsed,
    lagMs: () => (reachedMs === null ? null : performance.now() - reachedMs),
    stop() {
      stopping.abort();
      return checking;
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
