import { type Ask, askOverRest, done } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import type { Checklist } from '../verify-observability/checklist.ts';
import { until } from '../verify-observability/polling.ts';
import { openCampus, replicaOf } from './campus.ts';
import { startPostgresBalancer } from './failover.ts';
import { startPatrols } from './mark-load.ts';
import type { Part } from './part.ts';
import { openReplicated, POSTGRES_PROGRAMS, type PostgresServer, promote } from './replicated-postgres.ts';

/** A standby whose clock is a minute behind is promoted: a mark that comes too late must be refused there as well. */
export const standbyClock: Part = {
  name: 'standby-clock',
  programs: [...POSTGRES_PROGRAMS, 'haproxy', 'faketime'],
  async run(checklist, opened, paths) {
    const { primary, standby: standbyOf } = await openReplicated(paths, opened);
    const standby = await standbyOf('s1', { clock: '-60s' });
    const url = await startPostgresBalancer(paths.get('haproxy') ?? 'haproxy', { primary, standby }, opened);
    const campus = await openCampus(url, opened);
    const replica = await replicaOf(campus, opened);
    await replica.start();
    const ask = askOverRest(restClient(`http://127.0.0.1:${replica.restPort}`, campus.authorization));
    const [{ patrol_id, entries: [entry] = [] } = {}] = await startPatrols(ask);
    const known = { patrol_id, patrol_entry_id: entry?.patrol_entry_id };
    // Until the standby has what has just been written.
    await until('the standby has caught up', 10_000, async () => {
      const rows = await primary.ask(
        'select from pg_stat_replication where replay_lsn = pg_current_wal_lsn()',
      );
      return rows.length > 0 || null;
    });
    await primary.kill();
    await promote(standby);
    const mark = async (absence_reason: string) =>
      (await ask('UpdatePatrolEntry', { ...known, is_present: false, absence_reason })).code;
    await until('marks are taken again', 60_000, async () => (await mark('in time')) === 'OK' || null);
    await checkLateMark(checklist, { ask, known, mark, standby });
  },
};

interface Marked {
  readonly ask: Ask;
  readonly known: { readonly patrol_id: string | undefined; readonly patrol_entry_id: string | undefined };
  readonly mark: (absence_reason: string) => Promise<string>;
  readonly standby: PostgresServer;
}

/** The mark lies in the socket of a server that stands still until its caller has been answered 503. */
function checkLateMark(checklist: Checklist, { ask, known, mark, standby }: Marked): Promise<void> {
  return checklist.check(
    'standby-clock: promoted with its clock a minute behind, it refuses a late mark',
    async () => {
      const rows = await standby.ask(
        `select pid from pg_stat_activity where datname = 'patrol_db' and backend_type = 'client backend'`,
      );
      const pids = rows.map(({ pid }) => Number(pid));
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      const code = await mark('too late').finally(() => {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      });
      await until('those connections have ended', 10_000, async () => {
        const left = await standby.ask(`select from pg_stat_activity where pid in (${pids.join()})`);
        return left.length === 0 || null;
      });
      const { absence_reason } = await done(ask, 'GetPatrolEntry', known);
      const seen = `the mark: ${code}; then ${absence_reason} is read`;
      return { seen, faults: code === 'SERVICE_UNAVAILABLE' && absence_reason === 'in time' ? [] : [seen] };
    },
  );
}
