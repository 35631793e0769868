import { afterEach, expect, test } from '@jest/globals';
import { MEMORY_MIB } from '../attack-stage.ts';
import { LONG } from '../hostile.ts';
import { closedLoop, type LoadReport } from '../load/closed-loop.ts';
import {
  type HttpAnswer,
  type HttpConnection,
  openHttpConnection,
  requestBytes,
} from '../load/http-connection.ts';
import { openLoop } from '../load/open-loop.ts';
import { openServedCampus } from '../load/served-campus.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

async function servedCampus(environment: Record<string, string> = {}) {
  const campus = await openServedCampus({ AUTH_CACHE_SECONDS: '30', ...environment });
  closing.push(() => campus.close());
  const { service } = campus;
  const list = requestBytes('GET', '/api/v1/patrols', await campus.bearer('educator'));
  const connect = async (count: number) => {
    const opened: HttpConnection[] = [];
    // A few at a time: beyond what the kernel queues, one only seems open.
    while (opened.length < count) {
      const some = Array.from({ length: Math.min(256, count - opened.length) }, () =>
        openHttpConnection(service.restPort),
      );
      opened.push(...(await Promise.all(some)));
    }
    closing.push(() => opened.forEach((connection) => void connection.close()));
    return opened;
  };
  return { service, list, connect };
}

function asking(connections: readonly HttpConnection[], request: Buffer) {
  return connections.map((connection) => async () => (await connection.send(request)).status);
}

function served({ statuses, seconds }: LoadReport): number {
  return (statuses.get(200) ?? 0) / seconds;
}

test('at four times what it can serve, it sheds with 503 and Retry-After, answers the probes, holds its memory, and is itself again at once', async () => {
  const { service, list, connect } = await servedCampus();
  const few = asking(await connect(32), list);
  await closedLoop(few, 1000);
  const peak = served(await closedLoop(few, LONG ? 10_000 : 2000));
  const many = await connect(2000);
  const refusals: HttpAnswer[] = [];
  const probes: number[] = [];
  const probing = setInterval(() => {
    fetch(`http://127.0.0.1:${service.restPort}/health/liveness`).then(({ status }) => probes.push(status));
  }, 200);
  const overload = () =>
    openLoop({
      connections: many,
      perSecond: peak * 4,
      seconds: LONG ? 15 : 2,
      next: () => list,
      look: (answer) => void (answer.status === 503 && refusals.length < 100 && refusals.push(answer)),
    });
  await overload();
  // Two thousand callers who wait take memory; waiting on must not take more.
  const before = service.residentMiB();
  const over = await overload();
  clearInterval(probing);
  const grown = service.residentMiB() - before;
  expect([...over.statuses.keys()].toSorted()).toEqual([200, 503]);
  // A ratio of the same run; what it comes to on a quiet machine is in the README.
  expect(served(over) / peak).toBeGreaterThan(LONG ? 0.5 : 0.25);
  for (const { head, body } of refusals) {
    expect(head).toMatch(/^retry-after: 1$/m);
    expect(JSON.parse(body).error.code).toBe('SERVICE_UNAVAILABLE');
  }
  expect(new Set(probes)).toEqual(new Set([200]));
  expect(grown).toBeLessThan(MEMORY_MIB);
  const after = await closedLoop(few, 200);
  expect([...after.statuses]).toEqual([[200, 200]]);
}, 120_000);

test('five thousand connections are held, and one more takes the place of the oldest that is silent; those that say nothing keep nobody from being served', async () => {
  const { list, connect } = await servedCampus({ MAX_SHARE_OF_ADDRESS: '1' });
  const [oldest] = await connect(1);
  const few = await connect(8);
  const silent = await connect(4991);
  const asked = await closedLoop(asking(few, list), 400);
  expect([...asked.statuses]).toEqual([[200, 400]]);
  // They are only silent, and are served as soon as they speak.
  const spoken = await closedLoop(asking(silent.slice(0, 100), list), 100);
  expect([...spoken.statuses]).toEqual([[200, 100]]);
  const more = await closedLoop(asking(await connect(1), list), 10);
  expect([...more.statuses]).toEqual([[200, 10]]);
  await expect(oldest?.send(list)).rejects.toThrow();
}, 60_000);
