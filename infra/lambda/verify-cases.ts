import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { walkAndHandIn, walkEntrance } from '../clients/evening.ts';
import { askOverRest, refused } from '../clients/operation-client.ts';
import type { Sent } from './events.ts';
import { functionClient, inTime, request } from './function-requests.ts';
import { type RuntimeApi, serveRuntimeApi } from './runtime-api.ts';
import type { Runtime } from './runtime-client.ts';
import type { TcpRelay } from './tcp-relay.ts';

/** The function under way, and everything around it that a case may meddle with. */
export interface Stage {
  readonly api: RuntimeApi;
  readonly runtime: Runtime;
  /** Between the function and PostgreSQL and both peers. */
  readonly relays: readonly TcpRelay[];
  /** Cuts every connection to the peers and lets them be found again where they were. */
  restartPeers(): Promise<void>;
  /** Starts another instance of the function. */
  start(runtimeApi: string, environment: Readonly<Record<string, string>>): Runtime;
  readonly environment: Readonly<Record<string, string>>;
  /** PostgreSQL, past the function. */
  readonly pool: pg.Pool;
  readonly jwtSecret: string;
  readonly database: string;
}

/** Does its work, throws when something is not as it must be, and gives what was seen. */
type Case = (stage: Stage) => Promise<string>;

/** Longer than an instance may be idle before it asks whether its connections are alive. */
const FROZEN_MS = 6000;

const LIST = { method: 'GET', url: '/api/v1/patrols', status: 200 };
/** What both peers are asked for. */
const START = {
  method: 'POST',
  url: '/api/v1/patrols',
  body: JSON.stringify({ date: '2025-12-02', building: '8', entrance: 3 }),
  status: 201,
};

/** Each case's name is what it shows; they run in this order, on one instance. */
export const CASES: Readonly<Record<string, Case>> = {
  'an evening': evening,
  'refusals in the one error shape': refusals,
  'a faulty event is an error, and the instance lives on': faultyEvent,
  'a base64 body': base64Body,
  'cookies, and a query as the caller wrote it': cookiesAndQuery,
  'invocations share one connection': sharedPool,
  'thawed after its database connections were cut': (stage) =>
    thawedAfter(stage, async () => {
      const { rowCount } = await stage.pool.query(`select pg_terminate_backend(pid) ${BACKENDS}`, [
        stage.database,
      ]);
      return `${rowCount} backend terminated`;
    }),
  'thawed with its connections to PostgreSQL and both peers half-open': (stage) =>
    thawedAfter(
      stage,
      async () => {
        for (const relay of stage.relays) relay.silence();
        return 'the connections went silent';
      },
      START,
    ),
  'thawed after both peers were restarted': (stage) =>
    thawedAfter(stage, async () => {
      await stage.restartPeers();
      return 'both peers were restarted';
    }),
  'settings out of Secrets Manager': settingsFromSecret,
  'a bad environment fails the init by name': badEnvironment,
  'compiled when it was built': compiled,
};

async function evening(stage: Stage): Promise<string> {
  const ask = askOverRest(await functionClient(stage));
  const patrol = await walkEntrance(ask, { date: '2025-12-01', building: '9', entrance: 4 });
  const { patrol_id } = patrol;
  await refused(ask, 'PATROL_HAS_UNCHECKED', 'UpdatePatrol', { patrol_id, status: 'completed' });
  const { status, unchecked_count } = await walkAndHandIn(ask, patrol);
  assert.deepEqual([status, unchecked_count], ['completed', 0]);
  return `walked with ${patrol.entries.length} entries, ${patrol.unchecked_count} of them marked last, handed in`;
}

async function refusals(stage: Stage): Promise<string> {
  const patrols = '/api/v1/patrols';
  const anonymous = await request(stage, { method: 'GET', url: patrols, headers: { authorization: '' } });
  assert.deepEqual([anonymous.status, anonymous.body.error.code], [401, 'UNAUTHORIZED']);
  const body = '{"date":"2025-02-30","building":"7","entrance":4}';
  const faulty = await request(stage, { method: 'POST', url: patrols, body });
  const fields = faulty.body.error.details.map((fault: { field: string }) => fault.field);
  assert.deepEqual([faulty.status, fields.toSorted()], [400, ['building', 'date']]);
  const url = `${patrols}/00000000-0000-4000-8000-000000000000`;
  const headers = { 'x-trace-id': 'verify-404' };
  const missing = await request(stage, { method: 'GET', url, headers });
  assert.deepEqual([missing.status, missing.body.error.code], [404, 'PATROL_NOT_FOUND']);
  assert.equal(missing.body.error.trace_id, 'verify-404');
  return `401, 400 with details for ${fields.join(' and ')}, 404 with the caller's trace id`;
}

async function faultyEvent(stage: Stage): Promise<string> {
  const outcome = await inTime(stage.api.invoke({ Records: [{ body: 'from a queue' }] }));
  assert.equal(outcome.kind, 'error');
  const { errorMessage, trace } = JSON.parse(outcome.body);
  assert.equal(trace.length, 1);
  const odd = await request(stage, { method: 'FOO', url: '/health/liveness' });
  assert.deepEqual([odd.status, odd.headers.allow], [405, 'GET, HEAD']);
  const climbing = await request(stage, { method: 'GET', url: '/api/v1/../../health/liveness' });
  assert.equal(climbing.status, 404);
  const { status } = await request(stage, { method: 'GET', url: '/health/liveness' });
  assert.equal(status, 200);
  return `${errorMessage}; then a method of nobody's 405, a path with dots 404, a good one 200`;
}

async function base64Body(stage: Stage): Promise<string> {
  const body = JSON.stringify({ date: '2025-12-02', building: '9', entrance: 4 });
  const sent = { method: 'POST', url: '/api/v1/patrols', body, isBase64Encoded: true };
  const started = await request(stage, sent);
  assert.equal(started.status, 201);
  const url = `/api/v1/patrols/${started.body.patrol_id}`;
  assert.equal(started.headers.location, url);
  assert.match(started.headers['x-trace-id'] ?? '', /^[\w-]{36}$/);
  const read = await request(stage, { method: 'GET', url });
  assert.deepEqual([read.status, read.body], [200, started.body]);
  const gone = await request(stage, { method: 'DELETE', url });
  assert.deepEqual([gone.status, gone.body], [204, null]);
  return 'read, 201, and there with a 200; deleting it again: 204 without a body';
}

async function cookiesAndQuery(stage: Stage): Promise<string> {
  const cookies = ['theme=dark', 'lang=ru'];
  const url = '/api/v1/patrols?date=2025-12-01&building=9&size=5';
  const list = await request(stage, { method: 'GET', url, cookies });
  assert.deepEqual([list.status, list.body.total, list.body.size], [200, 1, 5]);
  const twice = await request(stage, { method: 'GET', url: `${url}&building=8`, cookies });
  assert.deepEqual([twice.status, twice.body.error.details[0].field], [400, 'building']);
  return '200 with the filters; a filter given twice 400';
}

const BACKENDS = `from pg_stat_activity
  where datname = $1 and backend_type = 'client backend' and pid <> pg_backend_pid()`;

async function backends({ pool, database }: Stage): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(`select pid ${BACKENDS}`, [database]);
  return rows.map(({ pid }) => pid);
}

async function sharedPool(stage: Stage): Promise<string> {
  const before = await backends(stage);
  for (let time = 0; time < 2; time += 1) {
    const { status } = await request(stage, { method: 'GET', url: '/api/v1/patrols' });
    assert.equal(status, 200);
  }
  assert.deepEqual([before.length, await backends(stage)], [1, before]);
  return `backend ${before[0]} before two invocations and after`;
}

/** Freezes the instance as Lambda does, does the damage, and hands it an event at the moment it is thawed. */
async function thawedAfter(
  stage: Stage,
  damage: () => Promise<string>,
  { status, ...sent }: Sent & { readonly status: number } = LIST,
): Promise<string> {
  stage.runtime.child.kill('SIGSTOP');
  const done = await damage();
  await pause(FROZEN_MS);
  const answer = request(stage, sent);
  const thawed = performance.now();
  stage.runtime.child.kill('SIGCONT');
  assert.equal((await answer).status, status);
  return `${done}; the first request ${status} after ${Math.round(performance.now() - thawed)} ms`;
}

async function settingsFromSecret(stage: Stage): Promise<string> {
  const { DATABASE_URL, JWT_SECRET_KEY, ...rest } = stage.environment;
  const SecretString = JSON.stringify({ DATABASE_URL, JWT_SECRET_KEY });
  let asked: IncomingMessage | undefined;
  const store = createServer((message, response) => {
    asked = message;
    response.end(JSON.stringify({ SecretString }));
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  // A listener on a host and port has an address of this kind, never a pipe's name.
  const { port } = store.address() as AddressInfo;
  const api = await serveRuntimeApi();
  const runtime = stage.start(api.address, {
    ...rest,
    ...{ PATROL_SECRET_ID: 'patrols', AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` },
    ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_SESSION_TOKEN: 'lent' },
  });
  const { status } = await request({ ...stage, api }, { method: 'GET', url: '/api/v1/patrols' });
  runtime.child.kill('SIGKILL');
  for (const server of [api, store]) server.close();
  assert.equal(status, 200);
  assert.match(asked?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/);
  return 'read once at the start, signed; the first request 200';
}

async function badEnvironment({ start, environment }: Stage): Promise<string> {
  const api = await serveRuntimeApi();
  const reported = api.initError();
  const { DATABASE_URL: _missing, ...rest } = environment;
  const runtime = start(api.address, { ...rest, AUTH_GRPC_PORT: 'none' });
  const { errorType, errorMessage, trace } = JSON.parse(await inTime(reported));
  const code = await inTime(runtime.exited);
  api.close();
  for (const text of [errorMessage, runtime.output()]) assert.match(text, /DATABASE_URL.*AUTH_GRPC_PORT/s);
  assert.notEqual(code, 0);
  const [source] = /lib\/config\.ts:\d+/.exec(String(trace)) ?? [];
  assert.ok(source, String(trace));
  return `init error ${errorType} at ${source} and the log name DATABASE_URL and AUTH_GRPC_PORT; exit code ${code}`;
}

async function compiled({ runtime }: Stage): Promise<string> {
  assert.doesNotMatch(runtime.output(), /function\.cache/);
  return 'the code that V8 kept was taken';
}
