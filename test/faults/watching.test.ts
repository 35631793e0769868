import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { waitAtMost } from '../../lib/wait-at-most.ts';
import { attackStage } from '../attack-stage.ts';
import { startFaultPostgres } from '../fault-postgres.ts';
import type { RpcWatcher } from '../grpc-watching.ts';
import type { ServedCampus } from '../load/served-campus.ts';
import { metricOf, type TrailRecord, watchedEvening } from '../watched-evening.ts';
import type { EventClient } from '../watching.ts';

const { freshService, afterwards } = attackStage();

/** What each watcher saw after its snapshot, as the trail has it. */
function seenBy(watcher: EventClient | RpcWatcher): TrailRecord[] {
  const events =
    'text' in watcher
      ? watcher.received.map(({ data }) => data)
      : watcher.received.map((message) => ({ ...message, entry: message.entry ?? null }));
  return events.slice(1).map(({ event_id, patrol_id, entry }) => ({
    id: event_id,
    patrol: patrol_id,
    reason: entry?.absence_reason ?? null,
  }));
}

/** Expects that each watcher sees the whole trail since the first one began, each record once and in its order. */
async function expectWholeTrail(
  trailSince: (watcher: EventClient) => Promise<TrailRecord[]>,
  first: EventClient,
  ...others: (EventClient | RpcWatcher)[]
): Promise<TrailRecord[]> {
  const trail = await trailSince(first);
  for (const watcher of [first, ...others]) {
    // What has not come by then never comes: the comparison says what.
    await waitAtMost(20_000, watcher.until(1 + trail.length));
    expect(seenBy(watcher)).toEqual(trail);
  }
  return trail;
}

const reasonsOf = (records: readonly TrailRecord[]) => records.map(({ reason }) => reason);

test('PostgreSQL killed and started again while marks go on: streams stay open, and each acknowledged mark is one event', async () => {
  const postgres = await startFaultPostgres();
  afterwards(() => postgres.stop());
  const campus = await freshService({ DATABASE_URL: postgres.url, DATABASE_TIMEOUT_SECONDS: '1' });
  const evening = await watchedEvening(campus, afterwards);
  const { entries } = await evening.start('8', 1);
  const [watcher, rpc] = [await evening.watch(), evening.watchOverGrpc()];
  await Promise.all([watcher.until(1), rpc.until(1)]);
  const acknowledged: string[] = [];
  const refused: number[] = [];
  let isOver = false;
  const marking = entries.map(async (entry, at) => {
    for (let turn = 0; !isOver; turn += 1) {
      const reason = `${at}/${turn}`;
      const status = await evening.mark(entry, reason);
      if (status === 200) acknowledged.push(reason);
      else refused.push(status);
    }
  });
  const moreMarks = async () => {
    const enough = acknowledged.length + 50;
    while (acknowledged.length < enough) await new Promise(setImmediate);
  };
  for (let round = 0; round < 2; round += 1) {
    await moreMarks();
    const before = refused.length;
    await postgres.kill();
    while (refused.length === before) await new Promise(setImmediate);
    await postgres.restart();
    await moreMarks();
  }
  isOver = true;
  await Promise.all(marking);
  expect(new Set(refused)).toEqual(new Set([503]));
  const reasons = reasonsOf(await expectWholeTrail(evening.trailSince, watcher, rpc));
  expect(reasons).toEqual([...new Set(reasons)]);
  expect(reasons).toEqual(expect.arrayContaining(acknowledged));
  // And nothing comes again behind it.
  expect(await evening.mark(entries[0] ?? raise(), 'the last one')).toBe(200);
  await expectWholeTrail(evening.trailSince, watcher, rpc);
}, 60_000);

test('two hundred marks at once over two replicas: each is one event at each watcher of both, in the order of the trail', async () => {
  const campus = await freshService();
  const other = await campus.replica();
  afterwards(() => other.stop());
  const evening = await watchedEvening(campus, afterwards);
  const patrols = [await evening.start('8', 1), await evening.start('8', 2), await evening.start('9', 1)];
  const entries = patrols.flatMap((patrol) => patrol.entries);
  const watcher = await evening.watch();
  const others = [await evening.watch(other), evening.watchOverGrpc(), evening.watchOverGrpc(other)];
  await Promise.all([watcher, ...others].map((each) => each.until(1)));
  const statuses = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      evening.mark(entries[at % entries.length] ?? raise(), String(at), at % 2 ? other : campus.service),
    ),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  const trail = await expectWholeTrail(evening.trailSince, watcher, ...others);
  expect(trail).toHaveLength(200);
  expect(new Set(reasonsOf(trail)).size).toBe(200);
  // And nothing comes again behind it.
  await evening.mark(entries[0] ?? raise(), 'the last one', other);
  await expectWholeTrail(evening.trailSince, watcher, ...others);
}, 60_000);

test('a change that is rolled back and one that is committed late: nothing overtakes, is lost or comes twice', async () => {
  const campus = await freshService();
  const other = await campus.replica();
  afterwards(() => other.stop());
  const evening = await watchedEvening(campus, afterwards);
  const [held, free] = [await evening.start('8', 1), await evening.start('9', 1)];
  const [first, second] = held.entries;
  const [marked] = free.entries;
  if (!first || !second || !marked) throw new Error('nobody is on the list');
  const watcher = await evening.watch();
  const others = [await evening.watch(other), evening.watchOverGrpc(), evening.watchOverGrpc(other)];
  await Promise.all([watcher, ...others].map((each) => each.until(1)));
  const [late, rolledBack] = [await transaction(campus), await transaction(campus)];
  await late.excuse(first.patrol_entry_id, 'committed late');
  await rolledBack.excuse(second.patrol_entry_id, 'rolled back');
  expect(await evening.mark(marked, 'after both')).toBe(200);
  await rolledBack.end('rollback');
  expect(await evening.mark(marked, 'after the one', other)).toBe(200);
  await Promise.all([campus.service, other].map(readTwice));
  for (const each of [watcher, ...others]) expect(seenBy(each)).toEqual([]);
  await late.end('commit');
  expect(await evening.mark(marked, 'after all')).toBe(200);
  const trail = await expectWholeTrail(evening.trailSince, watcher, ...others);
  expect(reasonsOf(trail)).toEqual(['committed late', 'after both', 'after the one', 'after all']);
}, 60_000);

test('of two changes at once, the one that began first takes the later id and is committed first: the other is not lost', async () => {
  const campus = await freshService();
  const evening = await watchedEvening(campus, afterwards);
  const [one, other] = (await evening.start('8', 1)).entries;
  if (!one || !other) throw new Error('nobody is on the list');
  const [watcher, rpc] = [await evening.watch(), evening.watchOverGrpc()];
  await Promise.all([watcher.until(1), rpc.until(1)]);
  const [first, second] = [await transaction(campus), await transaction(campus)];
  await first.takeNumber();
  await second.excuse(one.patrol_entry_id, 'the earlier id');
  await first.excuse(other.patrol_entry_id, 'the later id');
  await first.end('commit');
  await readTwice(campus.service);
  for (const each of [watcher, rpc]) expect(seenBy(each)).toEqual([]);
  await second.end('commit');
  const trail = await expectWholeTrail(evening.trailSince, watcher, rpc);
  expect(reasonsOf(trail)).toEqual(['the earlier id', 'the later id']);
}, 60_000);

test('a database that is put back to an earlier state: watchers are ended, and who comes back begins with a snapshot', async () => {
  const campus = await freshService();
  const evening = await watchedEvening(campus, afterwards);
  const [entry = raise()] = (await evening.start('8', 1)).entries;
  const [watcher, rpc] = [await evening.watch(), evening.watchOverGrpc()];
  await Promise.all([watcher.until(1), rpc.until(1)]);
  for (const reason of ['kept', 'lost', 'lost, too']) expect(await evening.mark(entry, reason)).toBe(200);
  await Promise.all([watcher.until(4), rpc.until(4)]);
  const kept = watcher.received[1]?.id ?? 0;
  await campus.sql(`
    set session_replication_role = replica;
    delete from audit_trail where audit_id > ${kept};
    select setval(pg_get_serial_sequence('audit_trail', 'audit_id'), ${kept});
    set session_replication_role = default`);
  await watcher.ended;
  expect((await rpc.ended).code).toBe(status.UNAVAILABLE);
  const back = await evening.watch();
  await back.until(1);
  expect(back.received[0]).toMatchObject({ id: kept, type: 'snapshot' });
  expect(await evening.mark(entry, 'after that')).toBe(200);
  expect(reasonsOf(await expectWholeTrail(evening.trailSince, back))).toEqual(['after that']);
}, 60_000);

/** A transaction past the service that takes an id of the trail, and ends when it is told to. */
async function transaction({ databaseUrl }: ServedCampus) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  afterwards(() => client.end());
  await client.query('begin');
  return {
    /** Takes the number by which snapshots know it, as its first change would. */
    takeNumber: () => client.query('select pg_current_xact_id()'),
    excuse: (id: string, reason: string) =>
      client.query(
        'update patrol_entries set is_present = false, absence_reason = $2 where patrol_entry_id = $1',
        [id, reason],
      ),
    end: (how: 'commit' | 'rollback') => client.query(how),
  };
}

/** Waits until a service has read the trail twice more. */
async function readTwice(service: ServedCampus['service']): Promise<void> {
  const reads = () => metricOf(service, 'db_client_operation_duration_seconds_count', '"events_after"');
  const before = await reads();
  while ((await reads()) < before + 2);
}

function raise(): never {
  throw new Error('nobody is on the list');
}
