import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import {
  cloneDatabase,
  type EmbeddedPostgres,
  ensureDatabase,
  startEmbeddedPostgres,
} from '../../infra/local/postgres.ts';

type Start = (port?: number, say?: (message: string) => void) => Promise<EmbeddedPostgres>;

const copy = promisify(execFile);

/** Made once and copied for each test: initdb is most of the time of a first start. */
const cluster = join(tmpdir(), `embedded-postgres-${process.pid}`);

beforeAll(async () => {
  const postgres = await startEmbeddedPostgres({ dataDirectory: cluster, port: 0, durable: false });
  await postgres.stop();
});

afterAll(() => rm(cluster, { recursive: true }));

test("a second start finds last night's data", () =>
  onDirectory(async (start) => {
    const first = await start();
    await ensureDatabase(first, 'campus');
    await query(first, 'campus', "create table nights as select 'quiet' as night");
    await first.stop();
    const second = await start();
    await ensureDatabase(second, 'campus');
    expect(await query(second, 'campus', 'select night from nights')).toEqual([{ night: 'quiet' }]);
  }));

test("a clone has the template's rows, and keeps its own", () =>
  onDirectory(async (start) => {
    const postgres = await start();
    await ensureDatabase(postgres, 'template');
    await query(postgres, 'template', 'create table marks as select 1 as mark');
    await cloneDatabase(postgres, 'template', 'clone');
    await query(postgres, 'clone', 'insert into marks values (2)');
    expect(await query(postgres, 'clone', 'select mark from marks')).toEqual([{ mark: 1 }, { mark: 2 }]);
    expect(await query(postgres, 'template', 'select mark from marks')).toEqual([{ mark: 1 }]);
  }));

test('it listens on the loopback address only, as UTF8, C and UTC, with room for 200 connections', () =>
  onDirectory(async (start) => {
    const names = [
      'listen_addresses',
      'unix_socket_directories',
      'server_encoding',
      'lc_collate',
      'TimeZone',
    ];
    const shown = [...names, 'max_connections'].map((name) => `current_setting('${name}')`);
    const [row] = await query(await start(), 'postgres', `select concat_ws('|', ${shown}) as settings`);
    expect(row).toEqual({ settings: '127.0.0.1||UTF8|C|UTC|200' });
  }));

test('a server that is already running on the directory is refused and left alone', () =>
  onDirectory(async (start) => {
    const running = await start();
    await expect(start()).rejects.toThrow(/already runs on .* as process \d+/);
    expect(await query(running, 'postgres', 'select 1 as one')).toEqual([{ one: 1 }]);
  }));

test('a stale pid file does not block a start', () =>
  onDirectory(async (start, directory) => {
    const file = join(directory, 'postmaster.pid');
    // A process that is no server, none at all, and a file that a power cut left empty.
    for (const pid of [`${process.ppid}`, '4194304', '']) {
      const first = await start();
      const left = await readFile(file, 'utf8');
      await first.stop();
      await writeFile(file, pid && left.replace(/^\d+/, pid));
      const second = await start();
      expect(await query(second, 'postgres', 'select 1 as one')).toEqual([{ one: 1 }]);
      await second.stop();
    }
  }));

test('a directory without a complete cluster does not block a start, and what it held is kept aside', () =>
  onDirectory(async (start, directory) => {
    await rm(join(directory, 'global/pg_control'));
    const said: string[] = [];
    await start(0, (message) => said.push(message));
    const aside = /moved to (.+)$/.exec(said[0] ?? '')?.[1] ?? '';
    expect(await readFile(join(aside, 'PG_VERSION'), 'utf8')).toBe('15\n');
  }));

test('a taken port is named in the error', () =>
  onDirectory(async (start) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const refused = { code: 'EADDRINUSE', port, message: expect.stringContaining(String(port)) };
    await expect(start(port)).rejects.toMatchObject(refused);
    holder.close();
  }));

test('a server that cannot start is reported with its own last words', () =>
  onDirectory(async (start, directory) => {
    await (await start()).stop();
    await writeFile(join(directory, 'postgresql.auto.conf'), "no_such_setting = 'x'\n");
    await expect(start()).rejects.toThrow(/no_such_setting/);
  }));

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a kill -9 of the service takes its server along, and the next start is not blocked', () =>
  onDirectory(async (start, directory) => {
    const module = new URL('../../infra/local/postgres.ts', import.meta.url).href;
    const options = JSON.stringify({ dataDirectory: directory, port: 0, durable: false });
    const script = `const m = await import('${module}'); console.log((await m.startEmbeddedPostgres(${options})).port)`;
    const service = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = await once(service.stdout, 'data');
    service.kill('SIGKILL');
    await once(service, 'exit');
    const next = await start(Number(port));
    expect(await query(next, 'postgres', 'select 1 as one')).toEqual([{ one: 1 }]);
  }),
);

/** Hands the test a way to start servers on a data directory of its own, and ends and removes all that it leaves. */
async function onDirectory(body: (start: Start, directory: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  const dataDirectory = join(parent, 'data');
  const started: EmbeddedPostgres[] = [];
  try {
    await copy('cp', ['-R', cluster, dataDirectory]); // several times faster than node's own cp
    await body(async (port = 0, say = () => undefined) => {
      const postgres = await startEmbeddedPostgres({ dataDirectory, port, durable: false, say });
      started.push(postgres);
      return postgres;
    }, dataDirectory);
  } finally {
    await Promise.all(started.map((postgres) => postgres.stop()));
    await rm(parent, { recursive: true });
  }
}

async function query(postgres: EmbeddedPostgres, database: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: postgres.url(database) });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
