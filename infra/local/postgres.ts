/** A real PostgreSQL 15 out of node_modules, for `npm start` and the tests; production brings its own. */
import { mkdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { runStatement } from './one-statement.ts';
import * as programs from './postgres-account.ts';
import { hasCode, type RunningProgram } from './postgres-account.ts';
import { findBinaries, keepBinaries } from './postgres-programs.ts';

export interface EmbeddedPostgres {
  readonly port: number;
  /** The connection URL of one of its databases, as its superuser `campus`. */
  url(database: string): string;
  /** Shuts down fast (clients are cut off) and returns when the process is gone; a second call waits for the same end. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where the data lives; made, with its parents, if missing. */
  readonly dataDirectory: string;
  /** The port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Whether data must survive a power cut; false is faster, for tests. */
  readonly durable: boolean;
  /** Where the server has its programs to itself, made anew; without it they are those of `node_modules`. */
  readonly programs?: string;
  /** Is told of what takes a moment or was unexpected. */
  readonly say?: (message: string) => void;
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 20_000;

/**
 * Starts PostgreSQL on the data directory, making the database cluster first if there is none, and returns when it
 * answers. The server ends with this process (on Linux even by kill -9), so start it from a thread that stays.
 * Raises an Error with `code: 'EADDRINUSE'` and `port` if the port is taken, and an Error that says why if the directory
 * is another user's or another server runs on it, or if the server does not come up within 30 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDirectory, { recursive: true });
  const directory = await realpath(options.dataDirectory);
  await programs.refuseForeignDirectory(directory);
  await refuseLiveServer(directory);
  await freePort(options.port);
  const found = await findBinaries();
  const binaries = options.programs ? await keepBinaries(found, options.programs) : found;
  const account = await programs.chooseAccount(binaries, dirname(directory));
  await programs.prepareCluster(binaries, account, directory, options);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(options.port);
    try {
      const args = settings(directory, port, options.durable);
      return await serve(programs.launch(account, join(binaries, 'postgres'), args), directory, port);
    } catch (error) {
      // A port picked by us can be taken by somebody else before the server has it.
      if (options.port !== 0 || attempt === 3 || !hasCode(error, 'EADDRINUSE')) throw error;
    }
  }
}

/** Creates a database unless it exists. Raises pg's error if the server cannot be reached. */
export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<void> {
  try {
    await ask(server.port, `create database ${escapeIdentifier(name)}`);
  } catch (error) {
    // It exists, or somebody else created it at the same moment.
    if (!hasCode(error, '42P04', '23505')) throw error;
  }
}

/**
 * Creates a database with all that the template has. Raises pg's error if the name exists (42P04), there is no such
 * template (3D000), or it still has connections after 5 s (55006).
 */
export async function cloneDatabase(server: EmbeddedPostgres, template: string, name: string): Promise<void> {
  await ask(server.port, `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)}`);
}

/** Runs one statement in the database `postgres`, on a connection of its own. */
function ask(port: number, statement: string): Promise<Record<string, unknown>[]> {
  const who = { host: HOST, port, user: 'campus', database: 'postgres', ssl: false };
  return runStatement({ ...who, query_timeout: READY_WITHIN_MS }, statement);
}

function settings(directory: string, port: number, durable: boolean): string[] {
  const chosen = [`listen_addresses=${HOST}`, `port=${port}`, 'unix_socket_directories='];
  chosen.push('timezone=UTC', 'log_timezone=UTC', 'max_connections=200');
  if (!durable) chosen.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  return ['-D', directory, ...chosen.flatMap((setting) => ['-c', setting])];
}

async function serve(server: RunningProgram, directory: string, port: number): Promise<EmbeddedPostgres> {
  const stop = (): Promise<void> => shutDown(server);
  try {
    await untilReady(server, directory, port);
  } catch (cause) {
    await stop();
    if (/address already in use/i.test(server.output())) throw portTaken(port, cause);
    throw new Error(`PostgreSQL did not start on ${directory}:\n${server.output()}`, { cause });
  }
  return { port, stop, url: (name) => `postgresql://campus@${HOST}:${port}/${encodeURIComponent(name)}` };
}

async function untilReady(server: RunningProgram, directory: string, port: number): Promise<void> {
  const ended = server.closed.then(({ code }) => {
    throw new Error(`the server ended with exit code ${code}`);
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await Promise.race([ended, answers(directory, port)]))) {
    if (Date.now() > deadline) throw new Error(`the server did not answer within ${READY_WITHIN_MS} ms`);
    await sleep(10);
  }
}

/** Whether the server on the port answers and is ours: another one may hold the port while ours is about to fail on it. */
async function answers(directory: string, port: number): Promise<boolean> {
  try {
    const [row] = await ask(port, "select current_setting('data_directory') as directory");
    return row?.directory === directory;
  } catch (error) {
    // 57P03 is "starting up"; anything else with an SQLSTATE (no role campus, say) will not pass by waiting.
    if (Error.isError(error) && 'severity' in error && !hasCode(error, '57P03')) throw error;
    return false;
  }
}

async function shutDown(server: RunningProgram): Promise<void> {
  server.child.kill('SIGINT');
  const impatience = setTimeout(() => server.child.kill('SIGQUIT'), STOPPED_WITHIN_MS); // safe: replayed at the next start
  await server.closed;
  clearTimeout(impatience);
}

/** The port itself, or a free one for 0. Raises EADDRINUSE if somebody listens on it. */
export async function freePort(wanted: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', (error) => reject(hasCode(error, 'EADDRINUSE') ? portTaken(wanted, error) : error));
  probe.listen(wanted, HOST, () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
  });
  return promise;
}

function portTaken(port: number, cause: unknown): Error {
  return Object.assign(new Error(`port ${port} is already in use`, { cause }), { code: 'EADDRINUSE', port });
}

/** Raises an Error if a server runs on the directory (one that is stopping is waited for); disarms a stale pid file. */
async function refuseLiveServer(directory: string): Promise<void> {
  const file = join(directory, 'postmaster.pid');
  for (const begun = Date.now(); ; await sleep(20)) {
    const lines = (await textOf(file))?.split('\n');
    if (lines === undefined) return;
    const pid = Number(lines[0]);
    if (!(pid > 0)) return rm(file, { force: true }); // a power cut left it empty
    if (!(await isServerOn(pid, directory))) {
      // Its pid may be some other process's by now, for which PostgreSQL would refuse; its parent's pid it knows for stale.
      // The rest stays: from it PostgreSQL sees whether orphans of the old server are still at the data.
      return writeFile(file, [process.pid, ...lines.slice(1)].join('\n'));
    }
    const patience = lines[7]?.startsWith('stopping') ? STOPPED_WITHIN_MS : 500; // it may be about to follow its parent
    if (Date.now() - begun < patience) continue;
    throw new Error(`PostgreSQL already runs on ${directory} as process ${pid} (kill -INT ${pid} ends it)`);
  }
}

/** A pid alone may have a new owner; a server is known by its working directory, which is its data directory. */
async function isServerOn(pid: number, directory: string): Promise<boolean> {
  if (process.platform !== 'linux') {
    const ps = programs.launch({ wrapper: [] }, 'ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
    await ps.closed; // prints nothing where there is no such process
    return ps.output().includes(`postgres -D ${directory} `);
  }
  if ((await textOf(`/proc/${pid}/comm`)) !== 'postgres\n') return false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === directory;
  } catch (error) {
    // Gone meanwhile, or another user's, who could not run a server on a directory of ours.
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return false;
    throw error;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
