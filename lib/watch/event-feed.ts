import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventRow, EventStore } from '../patrols/event-store.ts';
import { throttledLog } from '../telemetry/throttled-log.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import { TrailReading } from './trail-reading.ts';

/** Follows the trail while somebody watches, and hands on each record once, in the order of ids (trail-reading.ts). */
export interface EventFeed {
  /** Follows the trail from now on. The first follower says how long, in milliseconds, changes are gathered for one read. */
  follow(follower: Follower, gatherMs: () => number): Promise<Following>;
  /** This replica has changed something: reads as soon as changes are gathered. */
  wake(): void;
}

export interface Follower {
  take(rows: readonly EventRow[]): void;
  /** The database was put back to an earlier state, as by a failover: ids that were handed on are given out again. */
  restart(): void;
}

export interface Following {
  /** Reads what there is now, for callers at the same time once. */
  catchUp(): Promise<void>;
  /** Returns the id up to which every record has been handed on. */
  position(): number;
  stop(): void;
}

/** How often the trail is read while it is followed, unless it gathers for longer: for changes of other replicas. */
const INTERVAL_MS = 400;
/** How long it waits until it looks again for what a gap waits for. */
const GAP_MS = 100;
const MAX_ROWS = 500;
/** How many ids before the newest a gap may be that is not settled yet: more than transactions open at a time. */
const UNSETTLED = 1000;
/** How long the first follower waits for transactions that are open. */
const SETTLING_MS = 2000;

/** Returns a timer of which the soonest start counts, until it is stopped for good. */
function createSoonestTimer(run: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;
  let isStopped = false;
  return {
    start(ms: number) {
      if (isStopped) return;
      const askedMs = performance.now() + ms;
      if (timer && dueMs <= askedMs) return;
      clearTimeout(timer);
      dueMs = askedMs;
      timer = setTimeout(() => {
        timer = undefined;
        run();
      }, ms);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

export function createEventFeed(store: EventStore, log: Pick<Logger, 'warn'>): EventFeed {
  const followers = new Set<Follower>();
  let reader: Promise<Reader> | null = null;
  let reading: Reader | null = null;
  const begin = async (gatherMs: () => number): Promise<Reader> => {
    const tell = (say: (follower: Follower) => void) => {
      // A reader that was stopped may still be reading.
      if (reading === begun) followers.forEach(say);
    };
    const begun = createReader(store, log, {
      take: (rows) => tell((follower) => follower.take(rows)),
      restart: () => tell((follower) => follower.restart()),
      gatherMs,
    });
    await begun.begin();
    reading = begun;
    return begun;
  };
  const follow: EventFeed['follow'] = async (follower, gatherMs) => {
    reader ??= outsideRequests(() => begin(gatherMs)).catch((error: unknown) => {
      reader = null;
      throw error;
    });
    const followed = await reader;
    // Its last follower has left meanwhile.
    if (reading !== followed) return follow(follower, gatherMs);
    followers.add(follower);
    return {
      catchUp: followed.catchUp,
      position: followed.position,
      stop() {
        followers.delete(follower);
        if (followers.size > 0 || reading !== followed) return;
        followed.stop();
        [reader, reading] = [null, null];
      },
    };
  };
  return { follow, wake: () => reading?.wake() };
}

/** Reads the trail again and again, until it is stopped. */
interface Reader {
  /** Begins before the newest ids, for some may not be committed yet; what was is history, and handed to nobody. */
  begin(): Promise<void>;
  catchUp(): Promise<void>;
  position(): number;
  wake(): void;
  stop(): void;
}

/** What a reader reads for. */
interface ReaderOptions extends Follower {
  readonly gatherMs: () => number;
}

/** The newest record is older than one that was handed on. */
class TrailPutBack extends Error {
  override readonly name = 'TrailPutBack';
}

/** Reads once. @returns whether there is more, that can be read at once. @throws {TrailPutBack} */
async function readPart(store: EventStore, reading: TrailReading, take: Follower['take']): Promise<boolean> {
  const { events, newest } = await store.after(reading.position, MAX_ROWS);
  if (newest < reading.position)
    throw new TrailPutBack(`the trail ends at ${newest}, and was read up to ${reading.position}`);
  const settled = reading.take(events);
  if (settled.length > 0) take(settled);
  return events.length === MAX_ROWS && settled.length > 0;
}

/** Asks who writes to the trail if a gap waits for that. @returns whether there is more that can be read at once. */
async function isGapOver(store: EventStore, reading: TrailReading): Promise<boolean> {
  return reading.isBehindGap && reading.noteWriters(await store.writers());
}

/** Reads up to the newest record, or to a gap that stays. */
async function skipHistory(store: EventStore, reading: TrailReading): Promise<void> {
  const newest = await store.newest();
  reading.position = Math.max(0, newest - UNSETTLED);
  const limit = performance.now() + SETTLING_MS;
  const isThere = () => reading.position >= newest || performance.now() >= limit;
  while ((await readPart(store, reading, () => {})) || !isThere()) {
    await isGapOver(store, reading);
    await pause(10);
  }
}

function createReader(
  store: EventStore,
  log: Pick<Logger, 'warn'>,
  { take, restart, gatherMs }: ReaderOptions,
): Reader {
  let reading = new TrailReading();
  const begin = async () => {
    const begun = new TrailReading();
    await skipHistory(store, begun);
    reading = begun;
  };
  let failure: unknown;
  const logFailure = throttledLog((failures) =>
    log.warn({ failures, err: failure }, 'the trail could not be read'),
  );
  const timer = createSoonestTimer(() => void run());
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  /** Whether something changed while it reads. */
  let isWoken = false;

  const readNew = async () => {
    try {
      do {
        while (await readPart(store, reading, take));
      } while (await isGapOver(store, reading));
    } catch (error) {
      if (!(error instanceof TrailPutBack)) throw error;
      log.warn({ err: error }, 'the trail was put back, and is read anew');
      restart();
      await begin();
    }
  };
  const readAll = async () => {
    isWoken = false;
    try {
      await readNew();
    } catch (error) {
      // Nothing is lost: the next read begins where this one did.
      failure = error;
      logFailure();
    }
    current = null;
    const gatheredMs = gatherMs();
    const untilNextMs = isWoken ? gatheredMs : Math.max(INTERVAL_MS, gatheredMs);
    timer.start(reading.isBehindGap ? Math.max(GAP_MS, gatheredMs / 2) : untilNextMs);
  };
  const run = () => {
    current ??= outsideRequests(readAll);
    return current;
  };
  const catchUp = async () => {
    // What is being read may have begun too early.
    await current;
    next = null;
    await run();
  };
  return {
    async begin() {
      await begin();
      timer.start(INTERVAL_MS);
    },
    catchUp() {
      next ??= catchUp();
      return next;
    },
    position: () => reading.position,
    wake() {
      isWoken = true;
      if (!current) outsideRequests(() => timer.start(gatherMs()));
    },
    stop: timer.stop,
  };
}
