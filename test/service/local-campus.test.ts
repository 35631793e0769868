import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLocalCampus } from '../../infra/local/local-campus.ts';
import { beTheOnlyCampus } from '../../infra/local/one-campus.ts';
import { type LocalStart, PORTS, ROOT, startLocally } from '../npm-start.ts';

const run = promisify(execFile);

let dataDirectory: string;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-local-'));
});
afterAll(() => rm(dataDirectory, { recursive: true, force: true }));

/** The printed lines of one evening. */
const linesOf = ({ output }: LocalStart) => output.split('\n').filter((line) => /^curl (?!-sN)/.test(line));

/** Runs the printed line to watch by, as in a second terminal. */
function watchEvening({ output }: LocalStart) {
  const [line = ''] = output.split('\n').filter((printed) => printed.startsWith('curl -sN '));
  const child = spawn('bash', ['-c', `exec ${line}`]);
  let seen = '';
  child.stdout.on('data', (chunk) => {
    seen += chunk;
  });
  const until = async (text: string) => {
    while (!seen.includes(text)) await once(child.stdout, 'data');
  };
  return { until, close: () => child.kill() };
}

test('each printed line works pasted as it stands, Ctrl-C leaves nothing behind, and last night is there next time', async () => {
  const first = await startLocally({ dataDirectory });
  const watching = watchEvening(first);
  await watching.until('event: snapshot');
  const answers = [];
  for (const line of linesOf(first)) {
    // A shell of its own each: no line may lean on another's variables.
    const { stdout } = await run('bash', ['-c', line], {
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    });
    answers.push(stdout);
  }
  const [looked = ''] = answers.splice(1, 1);
  const [started, absent, walked, completed] = answers.map((answer) => JSON.parse(answer));
  for (const { room, user_name } of started.entries) expect(looked).toContain(`${room} ${user_name}`);
  expect(absent).toMatchObject({ is_present: false, absence_reason: 'Не вернулся к 22:00' });
  expect(walked).toMatchObject({ status: 'in_progress', unchecked_count: 0 });
  expect(completed).toMatchObject({ patrol_id: started.patrol_id, status: 'completed' });
  for (const action of ['patrol_started', 'entry_marked', 'patrol_completed']) await watching.until(action);
  watching.close();
  await access(join(dataDirectory, 'postgres', 'postmaster.pid'));
  expect(await first.stop()).toBe(0);
  // PostgreSQL takes its pid file with it when it stops in order.
  await expect(access(join(dataDirectory, 'postgres', 'postmaster.pid'))).rejects.toMatchObject({
    code: 'ENOENT',
  });

  const second = await startLocally({ dataDirectory });
  const [look = ''] = linesOf(second).slice(1);
  const { stdout } = await run('bash', ['-c', look], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });
  expect(stdout).toContain(' Не вернулся к 22:00');
  // An evening is printed that has not been patrolled yet.
  const placeOf = (line = '') => /-d '([^']+)'/.exec(line)?.[1];
  expect(placeOf(linesOf(second)[0])).not.toBe(placeOf(linesOf(first)[0]));
  expect(await second.stop()).toBe(0);
}, 60_000);

/** What `npm start` puts around the service when everything that it could start is there already. */
async function around(environment: Record<string, string>) {
  const there = { DATABASE_URL: 'there', AUTH_GRPC_HOST: 'there', APPLICATION_GRPC_HOST: 'there' };
  const ports = { REST_PORT: '0', GRPC_PORT: '0' };
  return (await startLocalCampus({ ...there, ...ports, ...environment }, () => {}, [])).environment;
}

test('`npm start` says where what can be moved or switched off is', async () => {
  const started = await startLocally({
    dataDirectory,
    environment: { API_DOCS: 'off', METRICS_PORT: '0' },
  });
  expect(started.output).not.toContain('/docs');
  const [, metrics = ''] = /metrics +(http\S+)/.exec(started.output) ?? [];
  expect((await fetch(metrics)).status).toBe(200);
  expect(await started.stop()).toBe(0);
});

test('the gateway is believed on the local campus, unless the environment says otherwise', async () => {
  expect(await around({})).toMatchObject({ GRPC_TRUST_USER_METADATA: 'true' });
  expect(await around({ GRPC_TRUST_USER_METADATA: ' ' })).toMatchObject({ GRPC_TRUST_USER_METADATA: 'true' });
  expect(await around({ GRPC_TRUST_USER_METADATA: 'false' })).toMatchObject({
    GRPC_TRUST_USER_METADATA: 'false',
  });
});

test('a second `npm start` in one folder says which one runs, where and how to stop it; a killed one is in nobody’s way', async () => {
  const first = await startLocally({ dataDirectory });
  const [, rest = ''] = /localhost:(\d+)\/docs/.exec(first.output) ?? [];
  const [, grpc = ''] = /localhost:(\d+) \(with reflection\)/.exec(first.output) ?? [];
  const refused = startLocally({ dataDirectory });
  await expect(refused).rejects.toThrow('it ended with 1: ');
  for (const said of [
    `process ${first.pid}`,
    `REST on port ${rest}`,
    `gRPC on port ${grpc}`,
    'Ctrl-C',
    `kill ${first.pid}`,
  ]) {
    await expect(refused).rejects.toThrow(said);
  }
  expect((await fetch(`http://localhost:${rest}/health/readiness`)).status).toBe(200);
  await first.stop('SIGKILL');
  const third = await startLocally({ dataDirectory });
  expect(await third.stop()).toBe(0);
}, 60_000);

test('the note of a campus that is gone holds nothing up, whoever has its process’s number now', async () => {
  const directory = await mkdtemp(join(dataDirectory, 'one-'));
  const note = join(directory, 'running.json');
  const left = await beTheOnlyCampus(directory);
  const { pid, began } = JSON.parse(await readFile(note, 'utf8'));
  expect(pid).toBe(process.pid);
  await expect(beTheOnlyCampus(directory)).rejects.toThrow(`process ${pid}, still starting`);
  await left.leave();
  // Our own number with another beginning, nobody's, and what a power cut leaves.
  for (const text of [
    JSON.stringify({ pid, began: `${began}0` }),
    '{"pid":4194304,"began":"1"}',
    '{"pi',
    '',
  ]) {
    await writeFile(note, text);
    await (await beTheOnlyCampus(directory)).leave();
  }
});

test('a disk that is full, as a terminal that was closed, keeps nobody from starting and stopping', async () => {
  const full = await mkdtemp(join(tmpdir(), 'patrol-full-'));
  const disk = await open('/dev/full', 'w');
  const ports = Object.fromEntries(PORTS.map((name) => [name, '0']));
  const child = spawn(process.execPath, ['infra/local/start.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...ports, LOCAL_DATA_DIRECTORY: full },
    stdio: ['ignore', disk.fd, 'inherit'],
  });
  const ended = once(child, 'exit');
  const restPort = async () => {
    const note = await readFile(join(full, 'running.json'), 'utf8').catch(() => '');
    return /"restPort":(\d+)/.exec(note)?.[1];
  };
  try {
    while (!(await restPort())) expect(child.exitCode).toBeNull();
    const answer = await fetch(`http://127.0.0.1:${await restPort()}/health/readiness`);
    expect(answer.status).toBe(200);
    child.kill('SIGHUP');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await disk.close();
    await rm(full, { recursive: true, force: true });
  }
});
