import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bearer, startTestService } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { type FaultPostgres, startWithStandby } from '../fault-postgres.ts';
import { scrapeOf, sumOf } from '../metrics-text.ts';
import { type Answer, type RestClient, restClient } from '../rest-client.ts';

const DATE = '2025-12-01';
const OF_DATE = `/patrols?date=${DATE}`;
/** Enough for everything, and too much for a test: nobody may wait for a standby so long. */
const PATIENCE_S = '120';

let primary: FaultPostgres;
let standby: FaultPostgres;
let relay: Awaited<ReturnType<typeof relayToDatabase>>;
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  ({ primary, standby } = await startWithStandby(async ({ url }) => {
    relay = await relayToDatabase(url);
    return Number(new URL(relay.url).port);
  }));
  campus = await startTestService({
    environment: {
      DATABASE_URL: primary.url,
      DATABASE_READ_URL: standby.url,
      DATABASE_TIMEOUT_SECONDS: PATIENCE_S,
    },
  });
  call = await restClient(campus.url);
}, 120_000);
afterAll(async () => {
  await campus.close();
  await standby.stop();
  relay.close();
  await primary.stop();
});
beforeEach(async () => {
  await primary.sql('delete from patrols');
  await untilUsed(true);
});

const metric = async (name: string, labels?: Record<string, string>) =>
  sumOf(await scrapeOf(campus.url), `patrol_read_replica_${name}`, labels) ?? 0;

const USED = { state: 'used' };

/** Resolves once the standby is read, or is not. */
async function untilUsed(isUsed: boolean): Promise<void> {
  while ((await metric('state', USED)) !== Number(isUsed));
}

/** A patrol that another replica of the service has started. */
async function startElsewhere(entrance: number): Promise<string> {
  const [patrol] = await primary.sql<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by)
     values ('${DATE}', '8', ${entrance}, gen_random_uuid()) returning patrol_id`,
  );
  return patrol?.patrol_id ?? '';
}

const idsOf = ({ status, body }: Answer): string[] => {
  expect(status).toBe(200);
  return body.items.map(({ patrol_id }: { patrol_id: string }) => patrol_id);
};
const listed = async () => idsOf(await call('GET', OF_DATE));

/** Lists without a break while something happens; every list is to be answered 200. `turn` lets each lister be answered. */
async function whileListing(happening: (turn: () => Promise<void>) => Promise<void>): Promise<void> {
  let isOver = false;
  const answered = [0, 0, 0, 0];
  const keepListing = async (at: number) => {
    for (; !isOver; answered[at] = (answered[at] ?? 0) + 1) await listed();
  };
  const turn = async () => {
    const before = [...answered];
    while (answered.some((count, at) => count < (before[at] ?? 0) + 2)) await listed();
  };
  const listers = Promise.all(answered.keys().map(keepListing));
  await Promise.race([happening(turn), listers]).finally(() => {
    isOver = true;
  });
  await listers;
}

/** Gives how many reads of the work may be made at the standby, and how many of them were. */
async function readsOf(work: () => Promise<unknown>) {
  const counted = async () => ({ all: await metric('reads_total'), made: await madeAtStandby() });
  const madeAtStandby = () => metric('reads_total', { source: 'standby' });
  const before = await counted();
  await work();
  const after = await counted();
  // Each of the two scrapes in between has a census of its own.
  return { all: after.all - before.all - 2, made: after.made - before.made - 2 };
}

const startHere = async (entrance: number) => {
  const answer = await call('POST', '/patrols', { body: { date: DATE, building: '8', entrance } });
  expect(answer.status).toBe(201);
  return answer.body;
};

test.each([
  ['lists', 'educator', OF_DATE],
  ['coverage', 'educator', '/patrols/coverage'],
  ['the campus’s trail', 'admin', '/patrols/audit'],
  ['reports', 'educator', `/patrols/report?date_from=${DATE}&date_to=${DATE}`],
] as const)('%s are read at the standby', async (_what, role, path) => {
  await startElsewhere(1);
  const ask = async () =>
    expect((await call('GET', path, { authorization: await bearer(role) })).status).toBe(200);
  // On a machine under load the standby may be late for a moment.
  while ((await readsOf(ask)).made < 1);
});

test('what is read right after a change, and what watchers begin with, is read at the primary', async () => {
  const { patrol_id, entries } = await startHere(1);
  const path = `/patrols/${patrol_id}`;
  const authorization = await bearer('admin');
  const { all } = await readsOf(async () => {
    const paths = [path, `${path}/${entries[0].patrol_entry_id}`, `${path}/absentees`, `${path}/audit`];
    for (const one of [...paths, '/patrols/events', `${path}/events`]) {
      expect((await call('GET', one, { authorization })).status).toBe(200);
    }
  });
  expect(all).toBe(0);
});

test('who has changed something lists it at once, however late the standby is', async () => {
  await standby.sql('select pg_wal_replay_pause()');
  try {
    const { patrol_id } = await startHere(1);
    // First nobody knows how far the standby had to be, then it is too far behind, and in the end for everybody.
    do expect(await listed()).toEqual([patrol_id]);
    while ((await metric('state', USED)) === 1);
  } finally {
    await standby.sql('select pg_wal_replay_resume()');
  }
});

test('a standby that replays nothing is read no more, and again once it has caught up', async () => {
  await standby.sql('select pg_wal_replay_pause()');
  try {
    await startElsewhere(1);
    await untilUsed(false);
    expect(await listed()).toHaveLength(1);
    await startElsewhere(2);
    expect(await listed()).toHaveLength(2);
  } finally {
    await standby.sql('select pg_wal_replay_resume()');
  }
  await untilUsed(true);
  expect(await listed()).toHaveLength(2);
});

test('a standby cut off from its primary, which has replayed all it received, is read no more', async () => {
  relay.silence();
  await startElsewhere(1);
  const isIdle = 'select 1 where pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn()';
  while ((await standby.sql(isIdle)).length === 0);
  await untilUsed(false);
  expect(await listed()).toHaveLength(1);
  await untilUsed(true);
  expect(await listed()).toHaveLength(1);
});

test('a standby that is frozen, killed and started again costs no list its answer', async () => {
  await whileListing(async (turn) => {
    await standby.pause();
    // Frozen, it could not be stopped at the end either.
    await turn().finally(standby.resume);
    await untilUsed(true);
    await standby.kill();
    await turn();
    await standby.restart();
    await untilUsed(true);
  });
  const ready = await fetch(`${campus.url}/health/readiness`);
  expect(ready.status).toBe(200);
});

test('a standby that was promoted is read no more: what is changed there is in no list', async () => {
  await standby.sql('select pg_promote()');
  await untilUsed(false);
  await standby.sql('delete from patrols');
  const patrolId = await startElsewhere(1);
  expect(await listed()).toEqual([patrolId]);
  expect(campus.logged).toContainEqual(
    expect.objectContaining({ msg: expect.stringMatching(/no standby, or was promoted$/) }),
  );
});
