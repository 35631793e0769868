import { expect, test } from '@jest/globals';
import type { EventRow, EventStore } from '../../lib/patrols/event-store.ts';
import { createEventFeed, type EventFeed } from '../../lib/watch/event-feed.ts';

/** A trail in memory; a read can be held up. */
class Trail implements Pick<EventStore, 'newest' | 'after' | 'writers'> {
  newestId = 0;
  #held: Promise<void> | null = null;
  #onHeld = () => {};

  /** Holds up the next read. @returns when it has begun, and what lets it go on. */
  holdNextRead() {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
    this.#held = held;
    this.#onHeld = resolve;
    return { begun, goOn };
  }

  newest = async () => this.newestId;
  writers = async () => new Set<string>();

  after = async (eventId: number) => {
    const held = this.#held;
    this.#held = null;
    if (held) this.#onHeld();
    await held;
    const ids = Array.from({ length: Math.max(0, this.newestId - eventId) }, (_, at) => eventId + 1 + at);
    // Of a record the feed looks at the id alone.
    const events = ids.map((audit_id) => ({ audit_id }) as EventRow);
    return { events, newest: this.newestId };
  };
}

function feedOf(trail: Trail): EventFeed {
  return createEventFeed({ ...trail, between: async () => [] }, { warn: () => {} });
}

/** Follows, and keeps what comes. */
async function follower(feed: EventFeed) {
  const ids: number[] = [];
  let restarts = 0;
  const following = await feed.follow(
    {
      take: (rows) => ids.push(...rows.map(({ audit_id }) => audit_id)),
      restart: () => {
        restarts += 1;
      },
    },
    () => 1,
  );
  return { ids, restarts: () => restarts, ...following };
}

test('a read that ends after its last follower has left hands nothing on to the next one', async () => {
  const trail = new Trail();
  const feed = feedOf(trail);
  const first = await follower(feed);
  const { begun, goOn } = trail.holdNextRead();
  const read = first.catchUp();
  await begun;
  first.stop();
  const second = await follower(feed);
  trail.newestId = 2;
  goOn();
  await read;
  await second.catchUp();
  second.stop();
  expect([first.ids, second.ids]).toEqual([[], [1, 2]]);
});

test('who follows while the last follower leaves is not left with a feed that has stopped', async () => {
  const trail = new Trail();
  const feed = feedOf(trail);
  const first = await follower(feed);
  const coming = follower(feed);
  first.stop();
  const second = await coming;
  trail.newestId = 1;
  feed.wake();
  while (second.ids.length === 0) await new Promise(setImmediate);
  second.stop();
  expect(second.ids).toEqual([1]);
});

test('a trail that was put back to an earlier state is told to who follows, and followed from there on', async () => {
  const trail = new Trail();
  trail.newestId = 30;
  const feed = feedOf(trail);
  const first = await follower(feed);
  await first.catchUp();
  trail.newestId = 10;
  await first.catchUp();
  expect(first.restarts()).toBe(1);
  first.stop();
  const second = await follower(feed);
  trail.newestId = 12;
  await second.catchUp();
  second.stop();
  expect([first.ids, second.ids]).toEqual([[], [11, 12]]);
});

test('who goes on following a trail that was put back gets what is new, without everyone leaving first', async () => {
  const trail = new Trail();
  trail.newestId = 30;
  const one = await follower(feedOf(trail));
  trail.newestId = 10;
  await one.catchUp();
  trail.newestId = 12;
  await one.catchUp();
  one.stop();
  expect([one.restarts(), one.ids, one.position()]).toEqual([1, [11, 12], 12]);
});
