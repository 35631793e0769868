import { waitAtMost } from '../../wait-at-most.ts';
import { createSender, type Outcome } from './sender.ts';
import { createTally, type LokiReport, type Tally } from './tally.ts';

// Not pino-loki (3.0.0): it never retries a failed batch, does not report what it drops, and grows in memory while
// Loki hangs.

/** Times in milliseconds, sizes in lines or bytes of UTF-8. A full batch is pushed at once. */
export const LOKI_LIMITS = {
  pushEveryMs: 1000,
  pushTimeoutMs: 5000,
  batchLines: 1000,
  batchBytes: 512 * 1024,
  // Including the batch in flight.
  waitingLines: 10_000,
  waitingBytes: 8 * 1024 * 1024,
  lineBytes: 256 * 1024,
  retryMinMs: 1000,
  retryMaxMs: 30_000,
  reportEveryMs: 60_000,
};
export type LokiLimits = Readonly<typeof LOKI_LIMITS>;

export interface LokiOptions {
  /** Loki's base URL, in which a path is a prefix, or its push address in full; `user:password@` is sent as basic auth. */
  readonly url: string;
  /** The tenant, for a multi-tenant Loki. */
  readonly tenantId?: string | null;
  /** The labels of every line, besides its `level`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Called when lines are lost and when Loki takes lines again. Must not throw, nor log to Loki. */
  readonly onReport: (report: LokiReport) => void;
  readonly limits?: Partial<LokiLimits>;
}

export interface Loki {
  /** Takes a line of pino. Never throws, never waits. */
  write(line: string): void;
  /** Returns how many lines Loki took, how many were dropped, and how many wait or are in flight. */
  counts(): { pushed: number; dropped: number; waiting: number };
  /** Pushes what waits, even before a due retry; resolves when nothing waits or the limit has passed. */
  flush(limitMs: number): Promise<void>;
  /** Flushes, then drops the rest and whatever is written later. A second call joins the first. */
  close(limitMs: number): Promise<void>;
}

/** The value in Loki's form: nanoseconds since 1970, and the line. */
type Entry = { readonly level: string; readonly value: readonly [string, string]; readonly bytes: number };
type Post = (batch: readonly Entry[]) => Promise<Outcome>;
type Backlog = ReturnType<typeof createBacklog>;

/** Opens the transport of log lines to Loki. @throws for a URL that is not http or https, without naming it. */
export function openLoki({ url, tenantId, labels, onReport, limits: changes }: LokiOptions): Loki {
  const limits = { ...LOKI_LIMITS, ...changes };
  const { agent, post } = createSender({ url, tenantId, timeoutMs: limits.pushTimeoutMs });
  const backlog = createBacklog(limits);
  const tally = createTally(onReport, limits.reportEveryMs);
  const pump = createPump(limits, backlog, tally, (batch) => post(bodyOf(batch, labels)));
  let closing: Promise<void> | undefined;

  const shut = async (limitMs: number) => {
    await pump.drain(limitMs);
    pump.stop();
    agent.destroy();
    tally.lost(backlog.clear(), 'not taken before the close');
    tally.report();
  };
  return {
    write(line) {
      const entry = entryOf(line, limits.lineBytes);
      if (closing) tally.total.dropped++;
      else if (!entry) tally.lost(1, `a line of more than ${limits.lineBytes} bytes`);
      else {
        tally.lost(backlog.add(entry), 'too many lines wait');
        pump.poke();
      }
    },
    counts: () => ({ ...tally.total, waiting: backlog.waiting() }),
    flush: pump.drain,
    close(limitMs) {
      closing ??= shut(limitMs);
      return closing;
    },
  };
}

function entryOf(line: string, lineBytes: number): Entry | null {
  const text = line.endsWith('\n') ? line.slice(0, -1) : line;
  // A line has at least as many bytes as characters: a huge one need not be counted.
  const bytes = text.length > lineBytes ? text.length : Buffer.byteLength(text);
  if (bytes > lineBytes) return null;
  const head = /^\{"level":"(\w{1,16})","time":(\d{1,15})[,}]/.exec(text);
  return { level: head?.[1] ?? 'UNKNOWN', value: [`${head?.[2] ?? Date.now()}000000`, text], bytes };
}

function bodyOf(batch: readonly Entry[], labels: LokiOptions['labels']): string {
  const streamOf = (level: string, entries: readonly Entry[]) => ({
    stream: { ...labels, level },
    values: entries.map(({ value }) => value),
  });
  const byLevel = Map.groupBy(batch, ({ level }) => level);
  return JSON.stringify({ streams: Array.from(byLevel, ([level, entries]) => streamOf(level, entries)) });
}

/** The waiting lines, oldest first, after the batch in flight. */
function createBacklog({ waitingLines, waitingBytes, batchLines, batchBytes }: LokiLimits) {
  let batch: Entry[] = [];
  let queue: Entry[] = [];
  let bytes = 0;
  const waiting = () => batch.length + queue.length;
  const hasRoom = (more: number) => waiting() < waitingLines && bytes + more <= waitingBytes;
  return {
    waiting,
    isWorthAPush: () => waiting() >= batchLines || bytes >= batchBytes,
    /** Adds a line. @returns the dropped lines: the oldest ones, or itself if the batch in flight fills the limit. */
    add(entry: Entry): number {
      let dropped = 0;
      for (; queue.length > 0 && !hasRoom(entry.bytes); dropped++) bytes -= queue.shift()?.bytes ?? 0;
      if (!hasRoom(entry.bytes)) return dropped + 1;
      queue.push(entry);
      bytes += entry.bytes;
      return dropped;
    },
    /** Returns the batch to push: the unsettled one, unchanged, because Loki ignores lines it has; or the next. */
    batch(): readonly Entry[] {
      if (batch.length > 0) return batch;
      let size = 0;
      const end = queue.findIndex((entry, index) => {
        size += entry.bytes;
        return index === batchLines || (index > 0 && size > batchBytes);
      });
      batch = queue.splice(0, end === -1 ? queue.length : end);
      return batch;
    },
    settle() {
      for (const entry of batch) bytes -= entry.bytes;
      batch = [];
    },
    /** Drops all lines. @returns how many. */
    clear(): number {
      const lines = waiting();
      batch = [];
      queue = [];
      bytes = 0;
      return lines;
    },
  };
}

/** Decides when the next push is due, and what becomes of its batch. */
function createPump(limits: LokiLimits, backlog: Backlog, tally: Tally, post: Post) {
  let phase: 'idle' | 'collecting' | 'due' | 'pushing' | 'retrying' = 'idle';
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isStopped = false;
  const drains = new Set<() => void>();
  const pushIn = (ms: number, meanwhile: typeof phase) => {
    clearTimeout(timer);
    timer = setTimeout(push, ms).unref();
    phase = meanwhile;
  };
  const poke = () => {
    if (phase !== 'idle' && phase !== 'collecting') return;
    if (backlog.isWorthAPush() || drains.size > 0) pushIn(0, 'due');
    else if (phase === 'idle') pushIn(limits.pushEveryMs, 'collecting');
  };
  const push = async () => {
    phase = 'pushing';
    const batch = backlog.batch();
    const { reason, retryAfterMs } = await post(batch);
    if (isStopped) return;
    if (reason !== undefined) tally.failed(reason);
    if (retryAfterMs !== undefined) {
      // Half of the delay is random, so that replicas do not retry together.
      const backoffMs = limits.retryMinMs * 2 ** failures++ * (0.5 + Math.random() / 2);
      return pushIn(Math.min(limits.retryMaxMs, Math.max(backoffMs, retryAfterMs)), 'retrying');
    }
    failures = 0;
    if (reason === undefined) tally.taken(batch.length);
    // Loki may refuse one line only, but does not say which.
    else tally.lost(batch.length, reason);
    backlog.settle();
    phase = 'idle';
    if (backlog.waiting() > 0) poke();
    else for (const done of drains) done();
  };
  const drain = async (limitMs: number) => {
    if (backlog.waiting() === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    drains.add(resolve);
    failures = 0;
    if (phase !== 'pushing') pushIn(0, 'due');
    // The only timer that keeps the process alive: a caller waits for it.
    await waitAtMost(limitMs, promise);
    drains.delete(resolve);
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
    for (const done of drains) done();
  };
  return { poke, drain, stop };
}
