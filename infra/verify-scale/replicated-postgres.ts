import { dirname, join } from 'node:path';
import { runStatement } from '../local/one-statement.ts';
import { freePort } from '../local/postgres.ts';
import { type Account, chooseAccount, launch, type RunningProgram } from '../local/postgres-account.ts';
import { EndedError } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';
import { openFolder } from './configuration.ts';
import type { Opened } from './part.ts';

/** The programs of Debian's PostgreSQL that a primary and a standby want. */
export const POSTGRES_PROGRAMS = ['initdb', 'postgres', 'pg_basebackup'];

/**
 * Debian's libfaketime, put under a server: the program `faketime` would stay in front of it and keep signals to itself.
 * The loader reads `$LIB`; waits stay as long as they are.
 */
const FAKETIME = ['LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1', 'FAKETIME_DONT_FAKE_MONOTONIC=1'];

/** A PostgreSQL server that can be killed and started again on its data. */
export interface PostgresServer {
  readonly port: number;
  readonly url: string;
  ask(statement: string): Promise<Record<string, unknown>[]>;
  start(): Promise<void>;
  /** As a crash: nobody is told, and nothing is written any more. */
  kill(): Promise<void>;
}

export interface Replicated {
  readonly primary: PostgresServer;
  /** Makes a standby that follows the primary under this name, and starts it. */
  standby(name: string, how?: StandbyOptions): Promise<PostgresServer>;
}

export interface StandbyOptions {
  /** How its clock is shifted, as faketime takes it: `-60s`. */
  readonly clock?: string;
}

interface Place {
  readonly account: Account;
  readonly binaries: string;
  readonly folder: string;
  readonly opened: Opened;
}

/** Starts a primary with an empty `patrol_db`; `settings` are of `postgresql.conf`. */
export async function openReplicated(
  paths: ReadonlyMap<string, string>,
  opened: Opened,
  settings: readonly string[] = [],
): Promise<Replicated> {
  const folder = await openFolder(opened);
  const binaries = dirname(paths.get('postgres') ?? '');
  const place = { account: await chooseAccount(binaries, folder), binaries, folder, opened };
  const data = join(folder, 'primary');
  const cluster = [
    '-D',
    data,
    '--username=campus',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await finished(place, 'initdb', cluster);
  const primary = await serverOf(place, data, settings);
  await primary.start();
  await primary.ask('create database patrol_db');
  return {
    primary,
    async standby(name, how) {
      const copy = join(folder, name);
      const source = `host=127.0.0.1 port=${primary.port} user=campus application_name=${name}`;
      await finished(place, 'pg_basebackup', ['-D', copy, '-d', source, '-R', '-c', 'fast', '--no-sync']);
      const server = await serverOf(place, copy, [], how);
      await server.start();
      await until(`${name} follows`, 10_000, async () => {
        const rows = await primary.ask(
          `select from pg_stat_replication where application_name = '${name}' and state = 'streaming'`,
        );
        return rows.length > 0 || null;
      });
      return server;
    },
  };
}

/** Promotes a standby; from then on it takes changes. */
export async function promote(standby: PostgresServer): Promise<void> {
  await standby.ask('select pg_promote()');
}

async function serverOf(
  { account, binaries, opened }: Place,
  data: string,
  settings: readonly string[],
  { clock }: StandbyOptions = {},
): Promise<PostgresServer> {
  const port = await freePort(0);
  const chosen = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    ...settings,
  ];
  const server = [join(binaries, 'postgres'), '-D', data, ...chosen.flatMap((setting) => ['-c', setting])];
  const command = clock ? ['env', `FAKETIME=${clock}`, ...FAKETIME, ...server] : server;
  let running: RunningProgram | undefined;
  const kill = async () => {
    running?.child.kill('SIGQUIT');
    await running?.closed;
    running = undefined;
  };
  opened.push(kill);
  const ask = (statement: string) => asked(`postgresql://campus@127.0.0.1:${port}/postgres`, statement);
  return {
    ...{ port, kill, ask, url: `postgresql://campus@127.0.0.1:${port}/patrol_db` },
    async start() {
      const [program = '', ...args] = command;
      const started = launch(account, program, args);
      running = started;
      await until(`PostgreSQL answers on ${port}`, 20_000, async () => {
        if (started.child.exitCode !== null) throw new EndedError(`PostgreSQL ended:\n${started.output()}`);
        await ask('select 1');
        return true;
      });
    },
  };
}

/** Runs one statement at an address, on a connection of its own. */
export function asked(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  return runStatement({ connectionString }, statement);
}

async function finished(
  { account, binaries }: Place,
  program: string,
  args: readonly string[],
): Promise<void> {
  const { closed, output } = launch(account, join(binaries, program), args);
  const { code } = await closed;
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output()}`);
}
