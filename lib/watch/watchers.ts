import { bulkhead } from 'cockatiel';
import type { Logger } from 'pino';
import { createUsageCounter } from '../admission/usage-counter.ts';
import type { Caller } from '../auth/caller.ts';
import { isStudentAlone } from '../auth/reach.ts';
import type { UserId } from '../campus-types.ts';
import { asPatrolServiceError, isFailure, PatrolServiceError } from '../errors.ts';
import type { EventRow } from '../patrols/event-store.ts';
import { eventsOf } from '../patrols/events.ts';
import type { NameSource } from '../patrols/naming.ts';
import type { PatrolEvent } from '../patrols/trail-schemas.ts';
import { outsideRequests } from '../telemetry/trace-identity.ts';
import type { EventFeed, Following } from './event-feed.ts';
import { type StartOptions, startWatch, type WatchRequest } from './start-watch.ts';
import { sharedByScope, type Watch, WatchQueue } from './watch.ts';

/** The watchers of this replica. */
export interface Watchers {
  /** @throws FORBIDDEN, PATROL_NOT_FOUND beyond the reach; SERVICE_UNAVAILABLE if too many watch, or at a stop. */
  watch(request: WatchRequest): Promise<Watch>;
  /** This replica has changed something. */
  wake(): void;
  /** How many watch. */
  count(): number;
  /** Ends all watches, and takes no more: clients go elsewhere. */
  stop(): void;
}

export interface WatchersOptions extends Omit<StartOptions, 'replays'> {
  readonly feed: EventFeed;
  readonly log: Pick<Logger, 'warn'>;
  readonly limits?: Partial<WatchLimits>;
}

export interface WatchLimits {
  /** How many watch at a time (docs/contract.md, *Watching*); students half of them at most. */
  readonly watchers: number;
  /** How often a comment keeps proxies awake. */
  readonly keepAwakeMs: number;
  /** How often it is asked whether a watcher still may. */
  readonly confirmMs: number;
  /** How long a watcher goes on while auth-service cannot be asked. */
  readonly unconfirmedMs: number;
}

const LIMITS: WatchLimits = {
  watchers: 1000,
  keepAwakeMs: 15_000,
  confirmMs: 20_000,
  unconfirmedMs: 50_000,
};

/**
 * Returns how long changes are gathered, in milliseconds, so that several are one write to each watcher: the more watch, the
 * longer, for a write to each of 500 takes the CPU of fifty changes. An event is there within a second of its change.
 */
function gatherMs(watchers: number): number {
  return Math.min(600, Math.max(100, 1.2 * watchers));
}

/** For how many watchers missed events are read at a time: a thousand who come back at once must leave room for marks. */
const MAX_REPLAYS = 2;

interface Watcher {
  readonly queue: WatchQueue;
  readonly caller: Caller;
  confirmedMs: number;
}

export function createWatchers(options: WatchersOptions): Watchers {
  const { feed, names, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const watchers = new Set<Watcher>();
  const places = createPlaces(limits.watchers);
  const start = { ...options, replays: bulkhead(MAX_REPLAYS, Number.POSITIVE_INFINITY) };
  let isStopped = false;
  const endAll = (why: () => PatrolServiceError) => watchers.forEach(({ queue }) => void queue.end(why()));
  const publish = createPublisher(
    names,
    (events) => {
      const within = sharedByScope(events);
      for (const { queue } of watchers) if (!queue.put(within(queue.scope))) queue.end(tooSlow());
    },
    (err) => {
      // Who comes back goes on after the last event they have.
      log.warn({ err }, 'events could not be handed on, their watchers were cut off');
      endAll(tooSlow);
    },
  );
  // Each following has a function of its own: who ends one does not end the next.
  const follow = () =>
    feed.follow(
      // Who comes back after a restart begins with a snapshot.
      { take: (rows) => publish(rows), restart: () => endAll(putBack) },
      () => gatherMs(watchers.size),
    );
  const shared = createSharedFollowing(follow, [
    [limits.keepAwakeMs, () => watchers.forEach(({ queue }) => void queue.keepAwake())],
    [limits.confirmMs, () => watchers.forEach((watcher) => void confirm(watcher, limits))],
  ]);

  return {
    async watch(request) {
      const { caller } = request;
      const scope = caller.reach.narrow(request.scope);
      if (isStopped) throw stopping();
      const release = places.take(caller);
      const leave = () => {
        release();
        if (places.taken() === 0) shared.end();
      };
      try {
        const followed = await shared.begin();
        // It begins now, and not with what happened just before.
        await followed.catchUp();
        // In one turn: what is handed on after this position comes into the queue.
        const position = followed.position();
        const queue = new WatchQueue(scope, position);
        enlist(watchers, { queue, caller, confirmedMs: performance.now() }, leave);
        if (isStopped) queue.end(stopping());
        return await startWatch(start, queue, { ...request, scope, position }).catch((error: unknown) => {
          queue.end(null);
          throw error;
        });
      } catch (error) {
        leave();
        throw error;
      }
    },
    wake: feed.wake,
    count: () => watchers.size,
    stop() {
      isStopped = true;
      endAll(stopping);
    },
  };
}

/** Counts a watcher until its queue has ended. */
function enlist(watchers: Set<Watcher>, watcher: Watcher, leave: () => void): void {
  watchers.add(watcher);
  watcher.queue.onEnd(() => {
    watchers.delete(watcher);
    leave();
  });
}

/** One following of the trail for all watchers, with what is done every so many milliseconds meanwhile. */
function createSharedFollowing(
  follow: () => Promise<Following>,
  chores: readonly (readonly [number, () => void])[],
) {
  let following: Promise<Following> | null = null;
  let timers: NodeJS.Timeout[] = [];
  const end = () => {
    for (const timer of timers) clearInterval(timer);
    following?.then(
      ({ stop }) => stop(),
      () => {},
    );
    following = null;
  };
  return {
    begin(): Promise<Following> {
      if (following) return following;
      timers = outsideRequests(() => chores.map(([ms, chore]) => setInterval(chore, ms)));
      const begun = follow();
      following = begun;
      // The next one tries again; who waits for this one is told by its rejection.
      begun.catch(() => following === begun && end());
      return begun;
    },
    end,
  };
}

/** The places of watchers; students have half of them at most, and one student a twentieth. */
function createPlaces(most: number) {
  const taken = { all: 0, students: 0 };
  const byStudent = createUsageCounter();
  const isFree = (id: UserId, isStudent: boolean) =>
    taken.all < most &&
    (!isStudent || (taken.students < most / 2 && byStudent.of(id) < Math.ceil(most / 20)));
  return {
    taken: () => taken.all,
    /** Takes a place. @returns what gives it back; calling it twice is safe. @throws SERVICE_UNAVAILABLE */
    take({ user_id, roles }: Pick<Caller, 'user_id' | 'roles'>): () => void {
      const isStudent = isStudentAlone(roles);
      if (!isFree(user_id, isStudent))
        throw new PatrolServiceError('SERVICE_UNAVAILABLE', `${taken.all} watch already`);
      taken.all += 1;
      if (isStudent) taken.students += 1;
      const releaseStudent = isStudent ? byStudent.add(user_id) : () => {};
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        taken.all -= 1;
        if (isStudent) taken.students -= 1;
        releaseStudent();
      };
    },
  };
}

function stopping(): PatrolServiceError {
  return new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping', { isLogged: true });
}

function putBack(): PatrolServiceError {
  return new PatrolServiceError('SERVICE_UNAVAILABLE', 'the database was put back to an earlier state', {
    endsConnection: true,
  });
}

function tooSlow(): PatrolServiceError {
  return new PatrolServiceError('SERVICE_UNAVAILABLE', 'the watcher is too far behind', {
    endsConnection: true,
  });
}

/** Returns a function that names the students of records, and hands them on as events, in their order. */
function createPublisher(
  names: NameSource,
  publish: (events: readonly PatrolEvent[]) => void,
  fail: (error: unknown) => void,
) {
  let last: Promise<void> = Promise.resolve();
  return (rows: readonly EventRow[]): void => {
    const events = eventsOf(names, rows);
    last = last.then(async () => publish(await events)).catch(fail);
  };
}

/** Ends a watch whose caller may watch no longer, or was not confirmed for too long. */
async function confirm(watcher: Watcher, { unconfirmedMs }: WatchLimits): Promise<void> {
  const { queue, caller } = watcher;
  const askedMs = performance.now();
  try {
    await caller.confirm();
    watcher.confirmedMs = askedMs;
  } catch (thrown) {
    const error = asPatrolServiceError(thrown);
    if (!isFailure(error) || askedMs - watcher.confirmedMs > unconfirmedMs) queue.end(error);
  }
}
