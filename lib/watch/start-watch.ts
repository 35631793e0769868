import type { BulkheadPolicy } from 'cockatiel';
import type { Caller } from '../auth/caller.ts';
import type { PatrolId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import type { EventScope, EventStore } from '../patrols/event-store.ts';
import { eventsOf, isWithin } from '../patrols/events.ts';
import type { NameSource } from '../patrols/naming.ts';
import type { PatrolStore } from '../patrols/patrol-store.ts';
import type { Patrol, StoredPatrol } from '../patrols/schemas.ts';
import { EventBatch, type Watch, type WatchItem, type WatchQueue } from './watch.ts';

/** Who watches, what, and from where on. */
export interface WatchRequest {
  readonly caller: Caller;
  readonly scope: EventScope;
  /** The last event that was seen; undefined begins with a snapshot. */
  readonly after: number | undefined;
}

export interface StartOptions {
  /** Bounds for how many watchers missed events are read at a time; the others wait for their turn. */
  readonly replays: BulkheadPolicy;
  readonly store: EventStore;
  readonly patrols: Pick<PatrolStore, 'list' | 'read'>;
  readonly names: NameSource;
}

/** How many patrols a snapshot has at most, the newest first. */
const MAX_SNAPSHOT = 100;
/** How many missed events are read at a time for one watcher. */
const MAX_ROWS = 100;

interface StartRequest extends WatchRequest {
  /** Everything up to here has been handed on. */
  readonly position: number;
}

/** Begins a watch with what came after the last event that was seen, or else with a snapshot. */
export async function startWatch(
  options: StartOptions,
  queue: WatchQueue,
  request: StartRequest,
): Promise<Watch> {
  const { patrols, store } = options;
  const { caller, scope, after, position } = request;
  const { patrol_id, ...place } = scope;
  const patrol = patrol_id === undefined ? null : await watchedPatrol(options, request, patrol_id);
  // An id that is not there yet may be of a database that was put back to an earlier state.
  const goesOn = after !== undefined && (after <= position || after <= (await store.newest()));
  if (goesOn) {
    queue.position = Math.max(after, position);
    return watchOf(queue, missedEvents(options, { scope, after, upTo: position }));
  }
  const items = patrol
    ? [summaryOf(patrol)].filter((summary) => isWithin(summary, scope))
    : (await patrols.list(caller.reach, place, { size: MAX_SNAPSHOT, page: 1 })).items;
  return watchOf(queue, [{ snapshot: { event_id: position, patrols: items } }]);
}

/**
 * Reads the patrol that is watched. @returns null for one that was deleted since, whose end is still to be told.
 * @throws PATROL_NOT_FOUND; also for who goes on: a patrol beyond the reach never existed.
 */
async function watchedPatrol(
  { store, patrols }: StartOptions,
  { caller, scope, after, position }: StartRequest,
  patrolId: PatrolId,
): Promise<StoredPatrol | null> {
  try {
    return await patrols.read(caller.reach, patrolId);
  } catch (error) {
    const isGone = error instanceof PatrolServiceError && error.code === 'PATROL_NOT_FOUND';
    // The scope is within the reach.
    if (isGone && after !== undefined && (await store.between(scope, 0, position, 1)).length > 0) return null;
    throw error;
  }
}

function summaryOf({ entries: _, version: __, ...summary }: StoredPatrol): Patrol {
  return summary;
}

interface Missed {
  readonly scope: EventScope;
  readonly after: number;
  readonly upTo: number;
}

/** Reads what was missed page by page, as fast as it is taken. */
async function* missedEvents(
  { store, names, replays }: StartOptions,
  { scope, after, upTo }: Missed,
): AsyncGenerator<WatchItem> {
  for (let last = after; last < upTo; ) {
    const from = last;
    const { rows, events } = await replays.execute(async () => {
      const read = await store.between(scope, from, upTo, MAX_ROWS);
      return { rows: read, events: await eventsOf(names, read) };
    });
    if (events.length > 0) yield { batch: new EventBatch(events) };
    last = rows.length < MAX_ROWS ? upTo : (rows.at(-1)?.audit_id ?? upTo);
  }
}

function watchOf(queue: WatchQueue, first: Iterable<WatchItem> | AsyncIterable<WatchItem>): Watch {
  return {
    async *[Symbol.asyncIterator]() {
      try {
        yield* first;
        yield* queue.items();
      } finally {
        queue.end(null);
      }
    },
    onEnd: (callback) => queue.onEnd(callback),
    close: () => queue.end(null),
  };
}
