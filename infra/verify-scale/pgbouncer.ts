import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ask, askOverRest } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import { freePort } from '../local/postgres.ts';
import type { Checklist } from '../verify-observability/checklist.ts';
import { PROJECT, type Running, run, start } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';
import { type Campus, openCampus, openDatabase, replicaOf } from './campus.ts';
import { type Changes, openFolder, placeConfiguration } from './configuration.ts';
import { described, startMarkLoad, startPatrols } from './mark-load.ts';
import type { Opened, Part } from './part.ts';
import { asked } from './replicated-postgres.ts';

/** The first PgBouncer that keeps named statements in transaction mode. */
const FIRST_WITH_STATEMENTS = [1, 21];
const REQUESTS = 3000;

/** The service behind PgBouncer with the file of infra/scale, as far as the installed version can. */
export const pgbouncer: Part = {
  name: 'pgbouncer',
  programs: ['pgbouncer'],
  async run(checklist, opened, paths, skip) {
    const program = paths.get('pgbouncer') ?? 'pgbouncer';
    const [, major = 0, minor = 0] = (
      /PgBouncer (\d+)\.(\d+)/.exec(await run(program, ['--version'])) ?? []
    ).map(Number);
    const keepsStatements = major > 1 || minor >= (FIRST_WITH_STATEMENTS[1] ?? 0);
    const mode = keepsStatements ? 'transaction' : 'session';
    const port = await openDatabase(opened);
    const pooler = await placePooler(program, port, keepsStatements, opened);
    await pooler.start();
    const direct = `postgresql://campus@127.0.0.1:${port}/patrol_db`;
    const pooled = `postgresql://campus:campus_secret@127.0.0.1:${pooler.port}/patrol_db`;
    const campus = await openCampus(pooled, opened, { MIGRATION_DATABASE_URL: direct });
    const name = `pgbouncer ${major}.${minor}, ${mode} mode`;
    if (!keepsStatements)
      skip(`transaction mode and max_prepared_statements: PgBouncer is ${major}.${minor}, 1.21 has them`);
    await checkService(checklist, name, { campus, pooler, direct }, opened);
    await checkOptions(checklist, name, campus, opened);
  },
};

/** PgBouncer in a folder of its own, on a port that it has again after a restart. */
interface Pooler {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function placePooler(
  program: string,
  postgresPort: number,
  keepsStatements: boolean,
  opened: Opened,
): Promise<Pooler> {
  const folder = await openFolder(opened);
  const port = await freePort(0);
  await copyFile(join(PROJECT, 'infra/scale/userlist.txt'), join(folder, 'userlist.txt'));
  const older: Changes = [
    ['max_prepared_statements = 100\n', ''],
    ['pool_mode = transaction', 'pool_mode = session'],
  ];
  const file = await placeConfiguration('pgbouncer.ini', folder, [
    ['port=5433', `port=${postgresPort}`],
    ['listen_port = 6432', `listen_port = ${port}`],
    ['auth_file = userlist.txt', `auth_file = ${join(folder, 'userlist.txt')}`],
    ...(keepsStatements ? [] : older),
  ]);
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  let running: Running | undefined;
  const stop = async () => void (await running?.stop());
  opened.push(stop);
  return {
    ...{ port, stop },
    async start() {
      const started = start({ command: program, args: [...account, file] });
      running = started;
      await until('PgBouncer answers', 10_000, async () => {
        started.expectAlive();
        await asked(`postgresql://campus:campus_secret@127.0.0.1:${port}/patrol_db`, 'select 1');
        return true;
      });
    },
  };
}

interface Pooled {
  readonly campus: Campus;
  readonly pooler: Pooler;
  readonly direct: string;
}

async function checkService(
  checklist: Checklist,
  name: string,
  { campus, pooler, direct }: Pooled,
  opened: Opened,
) {
  const replicas = [await replicaOf(campus, opened), await replicaOf(campus, opened)];
  await checklist.check(`${name}: two replicas start at once, and migrate past it`, async () => {
    await Promise.all(replicas.map((replica) => replica.start()));
    const [row] = await asked(direct, 'select count(*)::int as number from graphile_migrate.migrations');
    return { seen: `${row?.number} migrations`, faults: [] };
  });
  const asks = replicas.map(({ restPort }) =>
    askOverRest(restClient(`http://127.0.0.1:${restPort}`, campus.authorization)),
  );
  await checklist.check(`${name}: restarted under load, nothing acknowledged is lost`, () =>
    restartUnderLoad(asks, pooler),
  );
}

async function restartUnderLoad(asks: readonly Ask[], pooler: Pooler) {
  const [ask] = asks;
  if (!ask) throw new Error('no replica');
  const load = startMarkLoad(asks, await startPatrols(ask));
  await load.reached(REQUESTS / 3);
  // 1.23 and newer wait at SIGTERM until all clients have gone, which a pool never does; a second one, or SIGQUIT, ends it.
  await pooler.stop();
  await pooler.start();
  await load.reached(load.counts.asked + REQUESTS);
  await load.stop();
  const faults = [...load.counts.failures.keys()].filter((answer) => answer !== 'SERVICE_UNAVAILABLE');
  return { seen: described(load.counts), faults: [...faults, ...(await load.lostMarks(ask))] };
}

/** `options` in an address are a start-up parameter too, and PgBouncer refuses those that it does not know. */
async function checkOptions(
  checklist: Checklist,
  name: string,
  campus: Campus,
  opened: Opened,
): Promise<void> {
  await checklist.check(
    `${name}: an address with options=-c… is let in, and what it sets is dropped`,
    async () => {
      const { DATABASE_URL = '' } = campus.settings;
      const address = `${DATABASE_URL}?options=${encodeURIComponent('-c work_mem=12345kB')}`;
      await (await replicaOf(campus, opened, { DATABASE_URL: address })).start();
      const [row] = await asked(address, 'show work_mem');
      return { seen: `work_mem ${row?.work_mem}`, faults: row?.work_mem === '12345kB' ? ['it was set'] : [] };
    },
  );
}
