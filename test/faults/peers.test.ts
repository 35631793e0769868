import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { settleCampus } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { SECRET, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let garbage: Server | undefined;
let day = 0;

beforeEach(async () => {
  await open({});
});
afterEach(async () => {
  await campus.close();
  garbage?.close();
  garbage = undefined;
});

async function open(environment: Record<string, string>): Promise<void> {
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '2', ...environment } });
  call = await restClient(campus.url);
}

const start = () => {
  day += 1;
  const date = new Date(Date.UTC(2024, 5, day)).toISOString().slice(0, 10);
  return call('POST', '/patrols', { body: { date, building: '8', entrance: 1 } });
};
const list = () => call('GET', '/patrols');

describe('auth-service', () => {
  test('dead: nobody is let in on the local check alone, and the service is back with it', async () => {
    const { port } = campus.auth;
    await campus.auth.stop();
    const answers = await Promise.all(Array.from({ length: 10 }, list));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await fetch(`${campus.url}/health/liveness`)).status).toBe(200);
    const residents = settleCampus();
    const again = await startAuthStandIn({
      port,
      residents,
      jwtSecret: SECRET,
      clock: () => campus.clock.now,
    });
    while ((await list()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    await again.stop();
  });

  test('flapping: a request is answered 200 or 503 and nothing else', async () => {
    let turn = 0;
    const failures = [
      grpc.status.UNAVAILABLE,
      grpc.status.INTERNAL,
      grpc.status.UNKNOWN,
      grpc.status.RESOURCE_EXHAUSTED,
    ];
    const { user_id } = settleCampus()[0] ?? { user_id: '' };
    campus.auth.replace('ValidateToken', async () => {
      turn += 1;
      const failure = failures[turn % 8];
      if (failure !== undefined) throw statusError(failure);
      return { valid: true, user_id, roles: ['educator'] };
    });
    const answers: number[] = [];
    for (let request = 0; request < 40; request += 1) answers.push((await list()).status);
    expect(new Set(answers)).toEqual(new Set([200, 503]));
  });
});

describe('application-service', () => {
  test('dead: starting is 503 and leaves nothing behind; listing, reading and marking go on', async () => {
    const { body: patrol } = await start();
    await campus.applications.stop();
    expect((await start()).status).toBe(503);
    expect((await list()).body.total).toBe(1);
    const path = `/patrols/${patrol.patrol_id}`;
    expect((await call('GET', path)).status).toBe(200);
    const [entry] = patrol.entries;
    const marked = await call('PATCH', `${path}/${entry.patrol_entry_id}`, { body: { is_present: true } });
    expect(marked.status).toBe(200);
    expect((await call('PATCH', path, { body: { status: 'completed' } })).status).toBe(200);
  });

  test('slow, but in time: the patrol starts', async () => {
    campus.applications.replace('GetApprovedLeaves', async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { records: [] };
    });
    expect((await start()).status).toBe(201);
  });

  test.each<[string, object]>([
    ['a record of nobody', { records: [{ user_id: '' }] }],
    ['a record of somebody who is no UUID', { records: [{ user_id: 'иванов' }] }],
  ])('answering %s: 503, and nothing is left behind', async (_what, answer) => {
    campus.applications.replace('GetApprovedLeaves', async () => answer);
    expect((await start()).status).toBe(503);
    expect((await list()).body.total).toBe(0);
  });
});

test('bytes that are no HTTP/2, from whatever listens there: 503 within the deadline, and the process lives', async () => {
  garbage = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(randomBytes(200)));
  }).listen(0, '127.0.0.1');
  await once(garbage, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = garbage.address() as AddressInfo;
  await campus.close();
  await open({ APPLICATION_GRPC_PORT: String(port) });
  const answers = await Promise.all([start(), start(), start()]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect((await list()).status).toBe(200);
});
