import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startService } from '../../lib/service.ts';
import { startTestService } from '../campus.ts';
import { startFaultPostgres } from '../fault-postgres.ts';
import { grpcClient } from '../grpc-client.ts';
import { restClient } from '../rest-client.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

async function campusOfItsOwn() {
  const postgres = await startFaultPostgres();
  closing.push(() => postgres.stop());
  const campus = await startTestService({
    environment: { DATABASE_URL: postgres.url, GRPC_TIMEOUT_SECONDS: '20', DRAIN_DELAY_SECONDS: '0.5' },
  });
  closing.push(() => campus.close());
  return campus;
}

test('a stop while fifty requests and fifty RPCs are in flight: none of them fails', async () => {
  const campus = await campusOfItsOwn();
  const call = await restClient(campus.url);
  const rpc = await grpcClient(campus.service.grpcPort);
  closing.push(async () => rpc.close());
  const gate = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let waiting = 0;
  campus.auth.replace('GetUsers', async () => {
    waiting += 1;
    if (waiting === 100) full.resolve();
    await gate.promise;
    return { users: [], total: 0, page: 1, size: 100, pages: 0 };
  });
  const dates = Array.from({ length: 50 }, (_, day) =>
    new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
  );
  const requests = dates.map((date) =>
    call('POST', '/patrols', { body: { date, building: '8', entrance: 1 } }),
  );
  const rpcs = dates.map((date) => rpc.call('CreatePatrol', { date, building: '9', entrance: 1 }));
  // One that ended before the stop would leave nothing to wait for.
  await Promise.race([full.promise, ...requests, ...rpcs]);
  expect(waiting).toBe(100);
  const stopped = campus.service.stop();
  gate.resolve();
  expect(new Set((await Promise.all(requests)).map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set((await Promise.all(rpcs)).map(({ code }) => code))).toEqual(new Set([0]));
  expect(await stopped).toBe(true);
});

test('two replicas restarted one after the other behind a plain TCP balancer: no request is lost', async () => {
  const campus = await campusOfItsOwn();
  const first = campus.service;
  const second = await startService(campus.config, campus.surroundings);
  const balancer = await balance([first.restPort, second.restPort]);
  closing.push(() => balancer.close());
  const call = await restClient(`http://127.0.0.1:${balancer.port}`);
  let isOver = false;
  const statuses = new Map<number, number>();
  const load = Array.from({ length: 10 }, async () => {
    while (!isOver) {
      const { status } = await call('GET', '/patrols');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  const replace = async (old: typeof first) => {
    const next = await startService(campus.config, campus.surroundings);
    balancer.add(next.restPort);
    // As an orchestrator does: no new connections first, and then the signal.
    balancer.remove(old.restPort);
    expect(await old.stop()).toBe(true);
    return next;
  };
  const [third, fourth] = [await replace(first), await replace(second)];
  isOver = true;
  await Promise.all(load);
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThan(50);
  await Promise.all([third.stop(), fourth.stop()]);
});

/** A balancer that knows nothing of HTTP: each new connection goes to the next port, and stays there. */
async function balance(ports: number[]) {
  let turn = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => far.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A listener on a host and port has an address of this kind, never a pipe's name.
    port: (server.address() as AddressInfo).port,
    add: (port: number) => void ports.push(port),
    remove: (port: number) => void ports.splice(ports.indexOf(port), 1),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
