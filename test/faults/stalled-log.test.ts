import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { type RestClient, restClient } from '../../infra/clients/rest-client.ts';
import { freePort } from '../../infra/local/postgres.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { openTestCampus } from '../campus.ts';
import { LONG } from '../hostile.ts';
import { servedWith } from '../load/served-with.ts';

/** A log that nobody reads, or that has nowhere to go, and a service that goes on. */

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

/** Starts the service with this stdout, or under another program, and waits until it answers. */
async function serve(stdout: 'pipe' | number, under?: (command: string) => readonly string[]) {
  const campus = await openTestCampus();
  closing.push(() => campus.close());
  campus.clock.now = new Date();
  const port = await freePort(0);
  const environment = { ...campus.environment, REST_PORT: String(port), LOG_LEVEL: 'info' };
  const command = [process.execPath, ...servedWith(), 'lib/bin/main.ts'];
  const [program = '', ...given] = under ? under(command.join(' ')) : command;
  const child: ChildProcess = spawn(program, given, {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', stdout, 'inherit'],
  });
  closing.push(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/health/liveness`).catch(() => null))?.ok) await pause(50);
  const token = await issueToken({ secret: campus.config.jwtSecret, role: 'educator' });
  return { child, url, call: restClient(url, `Bearer ${token}`) };
}

async function lostLines(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^patrol_log_dropped_total\{destination="stdout"\} (\d+)$/m.exec(metrics)?.[1]);
}

async function askTimes(call: RestClient, times: number): Promise<Set<number>> {
  const statuses = new Set<number>();
  for (let asked = 0; asked < times; asked += 20) {
    const some = Array.from({ length: 20 }, async () => {
      statuses.add((await call('GET', '/patrols')).status);
    });
    await Promise.all(some);
  }
  return statuses;
}

test('a stdout that nobody reads holds up nothing, not even the stop', async () => {
  const { child, url, call } = await serve('pipe');
  // Many times what a pipe holds.
  expect(await askTimes(call, LONG ? 40_000 : 2000)).toEqual(new Set([200]));
  expect((await fetch(`${url}/health/liveness`)).status).toBe(200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
}, 300_000);

test('what a reader who stood still did not miss is there when they read on, each line whole', async () => {
  const { child, call } = await serve('pipe');
  await askTimes(call, 2000);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
  const lines = text.trimEnd().split('\n');
  expect(lines.filter((line) => JSON.parse(line).path === '/api/v1/patrols')).toHaveLength(2000);
}, 60_000);

test('a stdout that fails, as on a full disk, fails nothing else, and what is lost is counted', async () => {
  const full = openSync('/dev/full', 'w');
  closing.push(() => closeSync(full));
  const { child, url, call } = await serve(full);
  // Nothing is lost as long as it may wait.
  expect(await askTimes(call, 200)).toEqual(new Set([200]));
  expect(await lostLines(url)).toBe(0);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
}, 60_000);

test('a terminal that was stopped, as by Ctrl-S, holds up nothing, not even the stop', async () => {
  // script(1) gives the service a terminal, and reads what it writes until it is stopped itself.
  const inTerminal = (command: string) => ['script', '-qfc', `exec ${command}`, '/dev/null'];
  const { child: terminal, call } = await serve('pipe', inTerminal);
  terminal.stdout?.resume();
  const [pid = 0] = execFileSync('pgrep', ['-P', String(terminal.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
  closing.push(() => existsSync(`/proc/${pid}`) && process.kill(pid, 'SIGKILL'));
  terminal.kill('SIGSTOP');
  expect(await askTimes(call, 2000)).toEqual(new Set([200]));
  process.kill(pid, 'SIGTERM');
  // Its end is seen by nobody but the stopped one: what is left of it has no memory.
  while (existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/statm`, 'utf8').startsWith('0 ') === false)
    await pause(20);
}, 60_000);
