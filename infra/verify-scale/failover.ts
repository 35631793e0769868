import { askOverRest } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import { freePort } from '../local/postgres.ts';
import { start } from '../verify-observability/child-process.ts';
import { until } from '../verify-observability/polling.ts';
import { openCampus, replicaOf } from './campus.ts';
import { openFolder, placeConfiguration } from './configuration.ts';
import { described, startMarkLoad, startPatrols } from './mark-load.ts';
import type { Opened, Part } from './part.ts';
import { openReplicated, POSTGRES_PROGRAMS, type PostgresServer, promote } from './replicated-postgres.ts';

const REQUESTS = 1000;
/** What callers are answered while there is no primary. */
const EXPECTED = ['SERVICE_UNAVAILABLE'];

/** A primary killed and its synchronous standby promoted under load, behind haproxy. */
export const failover: Part = {
  name: 'failover',
  programs: [...POSTGRES_PROGRAMS, 'haproxy'],
  async run(checklist, opened, paths) {
    const { primary, standby: standbyOf } = await openReplicated(paths, opened);
    const standby = await standbyOf('s1');
    await primary.ask(`alter system set synchronous_standby_names = 's1'`);
    await primary.ask('select pg_reload_conf()');
    const url = await startPostgresBalancer(paths.get('haproxy') ?? 'haproxy', { primary, standby }, opened);
    const campus = await openCampus(url, opened);
    const replicas = [await replicaOf(campus, opened), await replicaOf(campus, opened)];
    for (const replica of replicas) await replica.start();
    const asks = replicas.map(({ restPort }) =>
      askOverRest(restClient(`http://127.0.0.1:${restPort}`, campus.authorization)),
    );
    await checklist.check(
      'failover: the primary killed, a synchronous standby promoted: no mark is lost',
      async () => {
        const [ask] = asks;
        if (!ask) throw new Error('no replica');
        const load = startMarkLoad(asks, await startPatrols(ask));
        await load.reached(REQUESTS);
        await primary.kill();
        await promote(standby);
        await until('marks are taken again', 60_000, async () => {
          const before = load.counts.asked - failedOf(load.counts.failures);
          await load.reached(load.counts.asked + 50);
          return load.counts.asked - failedOf(load.counts.failures) > before + 40 || null;
        });
        await load.reached(load.counts.asked + REQUESTS);
        await load.stop();
        const faults = [...load.counts.failures.keys()].filter((answer) => !EXPECTED.includes(answer));
        return { seen: described(load.counts), faults: [...faults, ...(await load.lostMarks(ask))] };
      },
    );
  },
};

function failedOf(failures: ReadonlyMap<string, number>): number {
  return [...failures.values()].reduce((sum, count) => sum + count, 0);
}

export interface Pair {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
}

/** Starts haproxy with infra/scale/haproxy-postgres.cfg, and returns the address of `patrol_db` behind it. */
export async function startPostgresBalancer(
  program: string,
  { primary, standby }: Pair,
  opened: Opened,
): Promise<string> {
  const folder = await openFolder(opened);
  const port = await freePort(0);
  const file = await placeConfiguration('haproxy-postgres.cfg', folder, [
    ['127.0.0.1:5432', `127.0.0.1:${port}`],
    ['127.0.0.1:5433', `127.0.0.1:${primary.port}`],
    ['127.0.0.1:5434', `127.0.0.1:${standby.port}`],
  ]);
  const running = start({ command: program, args: ['-f', file, '-db'] });
  opened.push(running.stop);
  return `postgresql://campus@127.0.0.1:${port}/patrol_db`;
}
