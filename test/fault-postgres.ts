import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../infra/local/postgres.ts';

/** A PostgreSQL of a test's own, with its data on the disk as in production, that things are done to. */
export interface FaultPostgres {
  readonly url: string;
  readonly dataDirectory: string;
  /** Ends it as a crash does: no client is told, nothing is written that was not yet. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, as soon as it has recovered. */
  restart(): Promise<void>;
  /** Stops every process of it in its tracks, and lets them go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Runs SQL past the service. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Stops it; its data goes, unless they are to be kept. */
  stop(options?: { readonly keep?: boolean }): Promise<void>;
}

const DATABASE = 'patrol_db';

export async function startFaultPostgres(): Promise<FaultPostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-faults-'));
  const server = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: true });
  await ensureDatabase(server, DATABASE);
  return faultPostgres(dataDirectory, server);
}

/** Starts a server with such a database, and a standby that follows it by a port of the caller's choice. */
export async function startWithStandby(
  portOf: (primary: FaultPostgres) => Promise<number>,
): Promise<{ readonly primary: FaultPostgres; readonly standby: FaultPostgres }> {
  const primary = await startFaultPostgres();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patrol-standby-'));
  // Of a server that is stopped, its files are a base backup: the bundled programs have no other way to one.
  await primary.stop({ keep: true });
  await cp(primary.dataDirectory, dataDirectory, { recursive: true });
  await primary.restart();
  const following = `primary_conninfo = 'host=127.0.0.1 port=${await portOf(primary)} user=campus'`;
  await appendFile(
    join(dataDirectory, 'postgresql.auto.conf'),
    `${following}\nwal_retrieve_retry_interval = 100\nwal_receiver_timeout = 2000\nmax_standby_streaming_delay = 0\n`,
  );
  await writeFile(join(dataDirectory, 'standby.signal'), '');
  const server = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: true });
  return { primary, standby: faultPostgres(dataDirectory, server) };
}

function faultPostgres(dataDirectory: string, started: EmbeddedPostgres): FaultPostgres {
  let server = started;
  const { port } = server;
  const open = () => startEmbeddedPostgres({ dataDirectory, port, durable: true });
  const url = server.url(DATABASE);
  const postmaster = async () =>
    Number((await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
  const signalAll = async (signal: NodeJS.Signals) => {
    const parent = await postmaster();
    for (const pid of [parent, ...childrenOf(parent)]) process.kill(pid, signal);
  };
  return {
    ...{ url, dataDirectory },
    async kill() {
      process.kill(await postmaster(), 'SIGQUIT');
      await server.stop();
    },
    async restart() {
      server = await open();
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
    async stop({ keep = false } = {}) {
      await server.stop();
      if (!keep) await rm(dataDirectory, { recursive: true, force: true });
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
