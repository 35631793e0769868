import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLocalCampus } from '../../infra/local/local-campus.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let dataDirectory: string;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-local-'));
});
afterAll(() => rm(dataDirectory, { recursive: true, force: true }));

/** What `npm start` runs, on free ports and with data of its own; resolves when it has said all. */
async function start() {
  const ports = ['REST_PORT', 'GRPC_PORT', 'LOCAL_POSTGRES_PORT', 'AUTH_GRPC_PORT', 'APPLICATION_GRPC_PORT'];
  const child = spawn(process.execPath, ['infra/local/start.ts'], {
    cwd: ROOT,
    env: {
      // The printed lines use the newcomer's own curl and node.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      LOCAL_DATA_DIRECTORY: dataDirectory,
      ...Object.fromEntries(ports.map((name) => [name, '0'])),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const closed = once(child, 'close');
  while (!output.includes('Ctrl-C stops everything')) {
    const [code] = await Promise.race([closed, once(child.stdout, 'data')]);
    if (typeof code === 'number') throw new Error(`it ended with ${code}: ${output}`);
  }
  return {
    output,
    lines: output.split('\n').filter((line) => line.startsWith('curl ')),
    async stop() {
      child.kill('SIGINT');
      const [code] = await closed;
      return code;
    },
  };
}

test('each printed line works pasted as it stands, Ctrl-C leaves nothing behind, and last night is there next time', async () => {
  const first = await start();
  const answers = [];
  for (const line of first.lines) {
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
  await access(join(dataDirectory, 'postgres', 'postmaster.pid'));
  expect(await first.stop()).toBe(0);
  // PostgreSQL takes its pid file with it when it stops in order.
  await expect(access(join(dataDirectory, 'postgres', 'postmaster.pid'))).rejects.toMatchObject({
    code: 'ENOENT',
  });

  const second = await start();
  const [look = ''] = second.lines.slice(1);
  const { stdout } = await run('bash', ['-c', look], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });
  expect(stdout).toContain(' Не вернулся к 22:00');
  // An evening is printed that has not been patrolled yet.
  const placeOf = (line = '') => /-d '([^']+)'/.exec(line)?.[1];
  expect(placeOf(second.lines[0])).not.toBe(placeOf(first.lines[0]));
  expect(await second.stop()).toBe(0);
}, 60_000);

/** What `npm start` puts around the service when everything that it could start is there already. */
async function around(environment: Record<string, string>) {
  const there = { DATABASE_URL: 'there', AUTH_GRPC_HOST: 'there', APPLICATION_GRPC_HOST: 'there' };
  const ports = { REST_PORT: '0', GRPC_PORT: '0' };
  return (await startLocalCampus({ ...there, ...ports, ...environment }, () => {}, [])).environment;
}

test('the gateway is believed on the local campus, unless the environment says otherwise', async () => {
  expect(await around({})).toMatchObject({ GRPC_TRUST_USER_METADATA: 'true' });
  expect(await around({ GRPC_TRUST_USER_METADATA: ' ' })).toMatchObject({ GRPC_TRUST_USER_METADATA: 'true' });
  expect(await around({ GRPC_TRUST_USER_METADATA: 'false' })).toMatchObject({
    GRPC_TRUST_USER_METADATA: 'false',
  });
});
