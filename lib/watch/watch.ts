import type { PatrolServiceError } from '../errors.ts';
import type { EventScope } from '../patrols/event-store.ts';
import { isWithin } from '../patrols/events.ts';
import type { PatrolEvent, WatchSnapshot } from '../patrols/trail-schemas.ts';

/** Events that several watchers are sent, with what is written of them for all. */
export class EventBatch {
  readonly events: readonly PatrolEvent[];
  #frame: Buffer | null = null;

  constructor(events: readonly PatrolEvent[]) {
    this.events = events;
  }

  /** Returns what `write` makes of the events; it is asked once. */
  frame(write: (events: readonly PatrolEvent[]) => Buffer): Buffer {
    this.#frame ??= write(this.events);
    return this.#frame;
  }
}

/** What a watcher is sent: the snapshot it begins with, events, or null to keep proxies awake. */
export type WatchItem = { readonly snapshot: WatchSnapshot } | { readonly batch: EventBatch } | null;

/** Returns what gives the events of a scope: the same batch for all who watch the same. */
export function sharedByScope(events: readonly PatrolEvent[]): (scope: EventScope) => EventBatch {
  const shared = new Map<string, EventBatch>();
  return (scope) => {
    const key = `${scope.patrol_id} ${scope.date} ${scope.building} ${scope.entrance}`;
    const own = shared.get(key) ?? new EventBatch(events.filter((event) => isWithin(event, scope)));
    shared.set(key, own);
    return own;
  };
}

/** Changes as they happen, until the watcher leaves, the service stops, or the watcher may see them no longer. */
export interface Watch extends AsyncIterable<WatchItem> {
  /** Calls back once it is over, with the error if there is one; also if nobody reads any more. */
  onEnd(callback: (error: PatrolServiceError | null) => void): void;
  /** Ends it. Calling it twice is safe. */
  close(): void;
}

/** How many events wait for a watcher. One who is further behind is cut off, and comes back where it was. */
export const MAX_WAITING_EVENTS = 1000;

/** The queue of one watch: what is put in comes out in its order, as far as it is within the scope. */
export class WatchQueue {
  readonly #waiting: WatchItem[] = [];
  readonly #callbacks: ((error: PatrolServiceError | null) => void)[] = [];
  #waitingEvents = 0;
  #wake: (() => void) | null = null;
  #end: { readonly error: PatrolServiceError | null } | null = null;
  readonly scope: EventScope;
  /** Events up to here were seen before. */
  position: number;

  constructor(scope: EventScope, position: number) {
    this.scope = scope;
    this.position = position;
  }

  /** Takes events of its scope. @returns false if the watcher is too far behind. */
  put(batch: EventBatch): boolean {
    const own = this.#new(batch);
    if (own.events.length === 0) return true;
    this.#waitingEvents += own.events.length;
    if (this.#waitingEvents > MAX_WAITING_EVENTS) return false;
    this.#add({ batch: own });
    return true;
  }

  /** Keeps the connection awake if nothing else does. */
  keepAwake(): void {
    if (this.#waiting.length === 0) this.#add(null);
  }

  end(error: PatrolServiceError | null): void {
    if (this.#end) return;
    this.#end = { error };
    this.#wake?.();
    for (const callback of this.#callbacks) callback(error);
  }

  onEnd(callback: (error: PatrolServiceError | null) => void): void {
    if (this.#end) callback(this.#end.error);
    else this.#callbacks.push(callback);
  }

  get isEnded(): boolean {
    return this.#end !== null;
  }

  /** Returns what waits, in turn. @throws the error that ended it, once everything before has been read. */
  async *items(): AsyncGenerator<WatchItem> {
    for (;;) {
      const item = this.#waiting.shift();
      if (item && 'batch' in item) {
        this.#waitingEvents -= item.batch.events.length;
        const batch = this.#new(item.batch);
        if (batch.events.length > 0) yield { batch };
      } else if (item !== undefined) {
        yield item;
      } else if (this.#end) {
        if (this.#end.error) throw this.#end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    }
  }

  /** Returns those that were not seen before: mostly the batch itself, which others share. */
  #new(batch: EventBatch): EventBatch {
    const { events } = batch;
    const isNew = ({ event_id }: PatrolEvent) => event_id > this.position;
    return events[0] && isNew(events[0]) ? batch : new EventBatch(events.filter(isNew));
  }

  #add(item: WatchItem): void {
    this.#waiting.push(item);
    this.#wake?.();
  }
}
