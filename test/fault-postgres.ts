import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../infra/local/postgres.ts';

/** A PostgreSQL of a test's own, with its data on the disk as in production, that things are done to. */
export interface FaultPostgres {
  readonly url: string;
  /** Ends it as a crash does: no client is told, nothing is written that was not yet. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, as soon as it has recovered. */
  restart(): Promise<void>;
  /** Stops every process of it in its tracks, and lets them go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Runs SQL past the service. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

const DATABASE = 'patrol_db';

export async function startFaultPostgres(): Promise<FaultPostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-faults-'));
  const open = (port: number) => startEmbeddedPostgres({ dataDirectory, port, durable: true });
  let server: EmbeddedPostgres = await open(0);
  const { port } = server;
  await ensureDatabase(server, DATABASE);
  const url = server.url(DATABASE);
  const postmaster = async () =>
    Number((await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
  const signalAll = async (signal: NodeJS.Signals) => {
    const parent = await postmaster();
    for (const pid of [parent, ...childrenOf(parent)]) process.kill(pid, signal);
  };
  return {
    url,
    async kill() {
      process.kill(await postmaster(), 'SIGQUIT');
      await server.stop();
    },
    async restart() {
      server = await open(port);
    },
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    async sql(text, values) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
}
