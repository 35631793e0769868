import { once } from 'node:events';
import { afterEach, expect, jest, test } from '@jest/globals';
import { PatrolServiceError } from '../../lib/errors.ts';
import { eventStream } from '../../lib/watch/event-stream.ts';
import { type Watch, WatchQueue } from '../../lib/watch/watch.ts';

afterEach(() => {
  jest.useRealTimers();
});

function watchOf(queue: WatchQueue): Watch {
  return {
    [Symbol.asyncIterator]: () => queue.items(),
    onEnd: (callback) => queue.onEnd(callback),
    close: () => queue.end(null),
  };
}

test('who leaves gives the place back at once, though no event ever comes', async () => {
  const queue = new WatchQueue({}, 0);
  const stream = eventStream(watchOf(queue));
  stream.resume();
  await once(stream, 'data');
  stream.destroy();
  expect(queue.isEnded).toBe(true);
});

test('who has not read to the end a while after it is disconnected, and nobody waits for them', async () => {
  jest.useFakeTimers();
  const queue = new WatchQueue({}, 0);
  const stream = eventStream(watchOf(queue));
  const closed = once(stream, 'close').catch((error: unknown) => error);
  const stopping = new PatrolServiceError('SERVICE_UNAVAILABLE', 'the service is stopping');
  queue.end(stopping);
  expect(stream.destroyed).toBe(false);
  jest.runOnlyPendingTimers();
  jest.useRealTimers();
  expect(await closed).toBe(stopping);
});
