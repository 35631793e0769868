import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import * as grpc from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { attackStage, MEMORY_MIB } from '../attack-stage.ts';
import { startMeasuredProcess } from '../load/measured-process.ts';
import type { ServedCampus } from '../load/served-campus.ts';
import { metricOf, watchedEvening } from '../watched-evening.ts';

/** Watchers who do what nobody should do to the others. */

const { freshService, watchMemory, afterwards } = attackStage();

const PLACES = 1000;

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

const watchersOf = ({ service }: ServedCampus) => metricOf(service, 'patrol_watchers');

/** Marks everybody absent for long reasons, past the service. */
async function manyEvents({ sql }: ServedCampus): Promise<void> {
  await sql(`update patrol_entries set is_present = false, absence_reason = repeat('я', 2000)`);
}

/** Opens a stream and does not read it. */
async function watchUnread({ service, bearer }: ServedCampus): Promise<[ClientRequest, IncomingMessage]> {
  const sent = request(`http://127.0.0.1:${service.restPort}/api/v1/patrols/events`, {
    ...{ headers: { authorization: await bearer('educator') }, agent: false },
  }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.pause();
  sent.on('error', () => {});
  afterwards(() => sent.destroy());
  return [sent, response];
}

test('watchers who do not read are cut off, memory is bounded, and the others see every event', async () => {
  const campus = await freshService();
  const evening = await watchedEvening(campus, afterwards);
  for (const building of ['8', '9'] as const) {
    for (const entrance of [1, 2, 3, 4]) await evening.start(building, entrance);
  }
  const readers = [await evening.watch(), evening.watchOverGrpc()];
  const [watcher] = readers;
  if (!watcher || !('text' in watcher)) throw new Error('nobody watches');
  await Promise.all(readers.map((each) => each.until(1)));
  const [, response] = await watchUnread(campus);
  const paused = evening.watchOverGrpc();
  await paused.until(1);
  paused.pause();
  const closed = Promise.all([
    new Promise((resolve) => response.once('error', resolve).once('close', resolve)),
    paused.ended,
  ]);
  await eventually(async () => (await watchersOf(campus)) === 4);
  const grown = watchMemory(campus);
  await eventually(async () => {
    await manyEvents(campus);
    // As fast as those who read can follow.
    const { length } = await evening.trailSince(watcher);
    await Promise.all(readers.map((each) => each.until(1 + length)));
    return (await watchersOf(campus)) <= readers.length;
  });
  response.resume();
  await closed;
  const ids = (await evening.trailSince(watcher)).map(({ id }) => id);
  expect(watcher.received.slice(1).map(({ id }) => id)).toEqual(ids);
  expect(readers[1]?.received.slice(1).map((event) => 'event_id' in event && event.event_id)).toEqual(ids);
  expect(grown()).toBeLessThan(MEMORY_MIB);
}, 120_000);

test('a thousand watch and no more: the next one is told when to come again, and has the place of the first who leaves', async () => {
  const campus = await freshService();
  const evening = await watchedEvening(campus, afterwards);
  const [one, rpc] = [await evening.watch(), evening.watchOverGrpc()];
  await Promise.all([one.until(1), rpc.until(1)]);
  const others = await startMeasuredProcess('test/load/silent-watchers.ts', {
    ...{ WATCH_PORT: String(campus.service.restPort), WATCHERS: String(PLACES - 2) },
    AUTHORIZATION: await campus.bearer('educator'),
  });
  expect(await watchersOf(campus)).toBe(PLACES);
  const refused = await evening.watch();
  expect({ status: refused.status, after: refused.headers['retry-after'] }).toEqual({
    ...{ status: 503, after: expect.stringMatching(/^\d+$/) },
  });
  expect((await evening.watchOverGrpc().ended).code).toBe(grpc.status.UNAVAILABLE);
  one.close();
  await eventually(async () => (await evening.watch()).status === 200);
  rpc.close();
  await eventually(async () => {
    const next = evening.watchOverGrpc();
    return (await next.until(1)).length === 1;
  });
  expect((await evening.watch()).status).toBe(503);
  // Those who go without a word leave their places too.
  await others.stop();
  await eventually(async () => (await watchersOf(campus)) === 2);
}, 120_000);

test.each(['read', 'do not read'])(
  'a stop ends the streams of watchers who %s, in time',
  async (how) => {
    const campus = await freshService();
    const evening = await watchedEvening(campus, afterwards);
    for (const entrance of [1, 2, 3, 4]) await evening.start('8', entrance);
    const [watcher, rpc] = [await evening.watch(), evening.watchOverGrpc()];
    await Promise.all([watcher.until(1), rpc.until(1)]);
    if (how === 'do not read') {
      await watchUnread(campus);
      const paused = evening.watchOverGrpc();
      await paused.until(1);
      paused.pause();
      // More than the kernel takes for them, and less than what they are cut off for.
      for (let round = 0; round < 26; round += 1) await manyEvents(campus);
      const { length } = await evening.trailSince(watcher);
      await watcher.until(1 + length);
      expect(await watchersOf(campus)).toBe(4);
    }
    const stopped = campus.service.stop();
    await watcher.ended;
    expect(watcher.text()).toMatch(/\nretry: [2-6]\d{3}\n\n$/);
    expect((await rpc.ended).code).toBe(grpc.status.UNAVAILABLE);
    // Nothing was left to be cut.
    expect(await stopped).toBe(0);
  },
  60_000,
);
