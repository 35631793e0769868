import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { openTestCampus, shutDatabase, type TestCampus } from '../campus.ts';
import { restClient } from '../rest-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let campus: TestCampus;
const children: ChildProcess[] = [];

beforeEach(async () => {
  campus = await openTestCampus();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await campus.close();
});

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
  readonly exited: Promise<{ code: number | null; output: string }>;
}

/** Runs lib/bin/main.ts as the container will, with nothing in its environment but what is given. */
function run(environment: Record<string, string>): Omit<Running, 'url'> {
  const child = spawn(process.execPath, ['lib/bin/main.ts'], {
    cwd: ROOT,
    env: { ...environment, PATH: '/usr/bin:/bin' },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exited = once(child, 'close').then(([code]) => ({ code, output }));
  return { child, output: () => output, exited };
}

async function serve(environment: Record<string, string>): Promise<Running> {
  const running = run({ ...campus.environment, ...environment });
  for (;;) {
    const port = /"rest_port":(\d+)/.exec(running.output())?.[1];
    if (port) return { ...running, url: `http://127.0.0.1:${port}` };
    const ended = await Promise.race([running.exited, once(running.child.stdout ?? running.child, 'data')]);
    if (!Array.isArray(ended)) throw new Error(`the service ended: ${ended.output}`);
  }
}

test('an environment with nothing in it is answered with every missing variable, exit code 1 and no stack trace', async () => {
  const { code, output } = await run({}).exited;
  expect(code).toBe(1);
  for (const name of [
    'DATABASE_URL',
    'AUTH_GRPC_HOST',
    'AUTH_GRPC_PORT',
    'APPLICATION_GRPC_HOST',
    'JWT_SECRET_KEY',
  ]) {
    expect(output).toContain(name);
  }
  expect(output).not.toMatch(/\n\s+at /);
});

test.each([
  [
    'a database',
    (url: URL) => Object.assign(url, { pathname: '/nowhere' }),
    'database "nowhere" does not exist',
  ],
  ['a role', (url: URL) => Object.assign(url, { username: 'nobody' }), 'role "nobody" does not exist'],
])(
  '%s that PostgreSQL does not know is named, exit code 1 and no stack trace',
  async (_what, change, reason) => {
    const DATABASE_URL = change(new URL(campus.config.databaseUrl)).href;
    const { code, output } = await run({ ...campus.environment, DATABASE_URL }).exited;
    expect(code).toBe(1);
    expect(output).toContain(`PostgreSQL does not take DATABASE_URL: ${reason}`);
    expect(output).not.toMatch(/\n\s+at /);
  },
);

test('a port in use is answered with the port and its variable, exit code 1 and no stack trace', async () => {
  const other = createServer().listen(0, '0.0.0.0');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const { code, output } = await run({ ...campus.environment, REST_PORT: port }).exited;
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} is in use; set REST_PORT`);
  expect(output).not.toMatch(/\n\s+at /);
});

test('SIGUSR2 makes the log tell of statements and calls, and the next one ends that', async () => {
  const { url, child, output } = await serve({ LOG_LEVEL: 'info' });
  const call = await restClient(url);
  const said = async (text: string) => {
    while (!output().includes(text)) await once(child.stdout ?? child, 'data');
  };
  campus.clock.now = new Date();
  const authorization = `Bearer ${await issueToken({ secret: campus.config.jwtSecret, role: 'educator' })}`;
  const list = () => call('GET', '/patrols', { authorization });
  await list();
  child.kill('SIGUSR2');
  await said('"log_level":"debug"');
  await list();
  child.kill('SIGUSR2');
  await said('"log_level":"info"');
  await list();
  child.kill('SIGTERM');
  await said('"stopping"');
  const lines = output().match(
    /"statement":"list_patrols|"method":"\/campus.auth.AuthService\/\w+","duration/g,
  );
  expect(lines).toHaveLength(2);
});

test.each<[string, NodeJS.Signals[]]>([
  ['SIGTERM', ['SIGTERM']],
  ['SIGHUP, of a terminal that is closed,', ['SIGHUP']],
  ['SIGQUIT, of Ctrl-\\,', ['SIGQUIT']],
  ['SIGALRM', ['SIGALRM']],
  ['a stop that npm or systemd asks for twice', ['SIGTERM', 'SIGTERM', 'SIGINT']],
])(
  '%s finishes the request in flight, refuses new work, closes everything and exits 0',
  async (_what, signals) => {
    const { url, child, exited, output } = await serve({});
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    campus.applications.replace('GetApprovedLeaves', async () => {
      arrive();
      await hold;
      return { records: [] };
    });
    // The real clock is the child's: its token must be good now.
    campus.clock.now = new Date();
    const authorization = `Bearer ${await issueToken({ secret: campus.config.jwtSecret, role: 'educator' })}`;
    const call = await restClient(url);
    const inFlight = call('POST', '/patrols', {
      authorization,
      body: { date: '2025-12-01', building: '8', entrance: 1 },
    });
    await arrived;
    for (const signal of signals) child.kill(signal);
    while (!output().includes('"stopping"')) await once(child.stdout ?? child, 'data');
    release();
    expect((await inFlight).status).toBe(201);
    expect((await exited).code).toBe(0);
    expect(await campus.sql('select status from patrols')).toEqual([{ status: 'in_progress' }]);
  },
);

/** A service that was told to stop while it waits for a peer that never answers. */
async function hungStop(): Promise<Running> {
  const running = await serve({ GRPC_TIMEOUT_SECONDS: '60' });
  const { url, child, output } = running;
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  campus.clock.now = new Date();
  campus.auth.replace('ValidateToken', () => {
    arrive();
    return new Promise(() => {});
  });
  const token = await issueToken({ secret: campus.config.jwtSecret, role: 'educator' });
  const cut = expect(
    (await restClient(url))('GET', '/patrols', { authorization: `Bearer ${token}` }),
  ).rejects.toThrow();
  await arrived;
  child.kill('SIGTERM');
  while (!output().includes('"stopping"')) await once(child.stdout ?? child, 'data');
  return { ...running, exited: Promise.all([running.exited, cut]).then(([exit]) => exit) };
}

test('a request whose body never comes does not hold a stop up, nor make it fail', async () => {
  const { url, child, output, exited } = await serve({});
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  const head =
    'POST /api/v1/patrols HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5000';
  socket.write(`${head}\r\nx-trace-id: unfinished-1\r\n\r\n{`);
  // Its headers have been read when another request is answered after it.
  await fetch(`${url}/health/liveness`);
  child.kill('SIGTERM');
  const { code } = await exited;
  expect(code).toBe(0);
  expect(output()).not.toContain('were cut');
  socket.destroy();
});

test('a signal that comes more than a second after the first ends a stop at once', async () => {
  const { child, exited } = await hungStop();
  await pause(1100);
  child.kill('SIGTERM');
  const { code, output } = await exited;
  expect(code).toBe(1);
  expect(output).not.toContain('were cut');
});

test('a stop that hangs ends by itself, and says so', async () => {
  const { code, output } = await (await hungStop()).exited;
  expect(code).toBe(1);
  expect(output).toContain('requests were still in flight after 10000 ms, and were cut');
});

test('readiness names the database and both peers, and tells which is gone; liveness does not mind', async () => {
  const { url } = await serve({});
  const look = async (path: string) => {
    const answer = await fetch(`${url}/health/${path}`);
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const checks = { database: 'ok', 'auth-service': 'ok', 'application-service': 'ok' };
  expect(await look('readiness')).toEqual({ status: 200, body: { status: 'ok', checks } });
  await campus.applications.stop();
  expect(await look('readiness')).toEqual({
    status: 503,
    body: { status: 'unavailable', checks: { ...checks, 'application-service': 'unavailable' } },
  });
  const letIn = await shutDatabase(campus.config.databaseUrl);
  expect((await look('readiness')).body.checks.database).toBe('unavailable');
  expect(await look('liveness')).toEqual({ status: 200, body: { status: 'ok' } });
  await letIn();
  expect((await look('readiness')).body.checks.database).toBe('ok');
});

test('with the database gone, callers get 503 and the service comes back by itself', async () => {
  const { url } = await serve({});
  campus.clock.now = new Date();
  const authorization = `Bearer ${await issueToken({ secret: campus.config.jwtSecret, role: 'educator' })}`;
  const call = await restClient(url);
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
  const letIn = await shutDatabase(campus.config.databaseUrl);
  const answer = await call('GET', '/patrols', { authorization });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  await letIn();
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
});
