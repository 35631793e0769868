import { type Ask, askOverRest, done } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import type { Checklist } from '../verify-observability/checklist.ts';
import { until } from '../verify-observability/polling.ts';
import { openCampus, replicaOf } from './campus.ts';
import { startPatrols } from './mark-load.ts';
import type { Part } from './part.ts';
import { openReplicated, POSTGRES_PROGRAMS, type PostgresServer } from './replicated-postgres.ts';

/** What becomes of a mark when standbys that a commit waits for are gone. */
export const synchronous: Part = {
  name: 'synchronous',
  programs: POSTGRES_PROGRAMS,
  async run(checklist, opened, paths) {
    const { primary, standby } = await openReplicated(paths, opened);
    const standbys = [await standby('s1'), await standby('s2')] as const;
    await primary.ask(`alter system set synchronous_standby_names = 'ANY 1 (s1, s2)'`);
    await primary.ask('select pg_reload_conf()');
    const campus = await openCampus(primary.url, opened);
    const replica = await replicaOf(campus, opened);
    await replica.start();
    const ask = askOverRest(restClient(`http://127.0.0.1:${replica.restPort}`, campus.authorization));
    const [{ patrol_id, entries: [entry] = [] } = {}] = await startPatrols(ask);
    const known = { patrol_id, patrol_entry_id: entry?.patrol_entry_id };
    await tryStandbys(checklist, { ask, known, primary, standbys });
  },
};

interface Tried {
  readonly ask: Ask;
  readonly known: { readonly patrol_id: string | undefined; readonly patrol_entry_id: string | undefined };
  readonly primary: PostgresServer;
  readonly standbys: readonly [PostgresServer, PostgresServer];
}

async function tryStandbys(checklist: Checklist, { ask, known, primary, standbys }: Tried): Promise<void> {
  const [s1, s2] = standbys;
  const mark = async (absence_reason: string) =>
    (await ask('UpdatePatrolEntry', { ...known, is_present: false, absence_reason })).code;
  const stored = async () => (await done(ask, 'GetPatrolEntry', known)).absence_reason;
  const waiting = async () => {
    const rows = await primary.ask(`select from pg_stat_activity where wait_event = 'SyncRep'`);
    return rows.length;
  };
  await checklist.check('synchronous: ANY 1 (s1, s2), one of them killed: marks are taken', async () => {
    await s1.kill();
    const code = await mark('one standby');
    return { seen: code, faults: code === 'OK' ? [] : [code] };
  });
  await checklist.check(
    'synchronous: both killed: a mark is 503 and is there, reading goes on, nothing waits',
    async () => {
      await s2.kill();
      const [code, reason] = [await mark('no standby'), await stored()];
      // It is cancelled when the caller has gone.
      await until('nothing waits any more', 10_000, async () => (await waiting()) === 0 || null);
      const seen = `${code}; ${reason} is read`;
      return { seen, faults: code === 'SERVICE_UNAVAILABLE' && reason === 'no standby' ? [] : [seen] };
    },
  );
  await checklist.check(
    'synchronous: one comes back: the mark that was 503 is there, and new ones are taken',
    async () => {
      await s2.start();
      await until('nothing waits any more', 30_000, async () => (await waiting()) === 0 || null);
      const [late, code] = [await stored(), await mark('a standby again')];
      const seen = `${late} is read; a new mark: ${code}`;
      return { seen, faults: late === 'no standby' && code === 'OK' ? [] : [seen] };
    },
  );
}
