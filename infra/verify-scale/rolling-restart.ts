import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { type GrpcClient, grpcClient } from '../clients/grpc-client.ts';
import { type Ask, askOverGrpc, askOverRest, done } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import type { Checklist } from '../verify-observability/checklist.ts';
import { until } from '../verify-observability/polling.ts';
import { type Balancer, type BalancerName, startBalancer } from './balancer.ts';
import { type Campus, openCampus, openDatabase, type Replica, replicaOf } from './campus.ts';
import { described, startMarkLoad, startPatrols } from './mark-load.ts';
import type { Part } from './part.ts';

const REQUESTS = 10_000;

/** Three replicas behind a balancer, restarted one after the other under load. */
export const nginx: Part = partOf('nginx');
export const haproxy: Part = partOf('haproxy');

function partOf(name: BalancerName): Part {
  return {
    name,
    programs: [name],
    async run(checklist, opened, paths) {
      const url = `postgresql://campus@127.0.0.1:${await openDatabase(opened)}/patrol_db`;
      const campus = await openCampus(url, opened, {
        TRUSTED_PROXIES: '127.0.0.1',
        // haproxy.cfg: inter × fall, and the check's own time.
        DRAIN_DELAY_SECONDS: '3',
        DATABASE_POOL_SIZE: '5',
      });
      const replicas = [];
      for (let count = 0; count < 3; count += 1) replicas.push(await replicaOf(campus, opened));
      // The first migrates; the others would wait for it.
      for (const replica of replicas) await replica.start();
      const balancer = await startBalancer(name, paths.get(name) ?? name, replicas, opened);
      const rest = askOverRest(restClient(balancer.url, campus.authorization));
      const client = grpcClient(balancer.grpcAddress, campus.authorization);
      opened.push(async () => client.close());
      const patrols = await startPatrols(rest);
      await checkEvents(checklist, { name, balancer, campus, patrols, ask: rest });
      const over = { replicas, patrols, balancer };
      await checkRestarts(checklist, `${name}: REST`, rest, over);
      await checkRestarts(checklist, `${name}: gRPC`, askOverGrpc(client), { ...over, isTakenOut: true });
      await checkWatch(checklist, name, client);
    },
  };
}

interface Served {
  readonly balancer: Balancer;
  /** Whether the balancer is told of a stop before it comes (nginx.conf says why). */
  readonly isTakenOut?: boolean;
  readonly replicas: readonly Replica[];
  readonly patrols: readonly PatrolWithEntries[];
}

function checkRestarts(
  checklist: Checklist,
  name: string,
  ask: Ask,
  { balancer, isTakenOut = false, replicas, patrols }: Served,
) {
  return checklist.check(
    `${name}: three replicas restarted one after the other, nothing is lost`,
    async () => {
      const load = startMarkLoad([ask, ask], patrols);
      await load.reached(REQUESTS / 10);
      for (const replica of replicas) {
        if (isTakenOut) await balancer.takeOut(replica);
        await replica.stop();
        await replica.start();
        if (isTakenOut) await balancer.putBack(replica);
      }
      await load.reached(REQUESTS);
      await load.stop();
      const failures = [...load.counts.failures].map(([answer, count]) => `${count} × ${answer}`);
      return { seen: described(load.counts), faults: [...failures, ...(await load.lostMarks(ask))] };
    },
  );
}

interface Watched {
  readonly name: string;
  readonly balancer: Balancer;
  readonly campus: Campus;
  readonly patrols: readonly PatrolWithEntries[];
  readonly ask: Ask;
}

/** An event must come while the stream goes on: a balancer that buffers keeps it until the end. */
function checkEvents(checklist: Checklist, { name, balancer, campus, patrols, ask }: Watched) {
  return checklist.check(`${name}: live events are handed on as they come`, async () => {
    const { authorization } = campus;
    const stop = new AbortController();
    const url = `${balancer.url}/api/v1/patrols/events`;
    const { body, status } = await fetch(url, { headers: { authorization }, signal: stop.signal });
    if (!body || status !== 200) return { seen: `HTTP ${status}`, faults: ['no stream'] };
    let text = '';
    const reading = (async () => {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) text += chunk;
    })().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    await until('the stream begins', 5000, async () => /^data: /m.test(text) || null);
    const [{ patrol_id, entries: [entry] = [] } = {}] = patrols;
    const reason = 'Виден в потоке';
    const mark = { patrol_id, patrol_entry_id: entry?.patrol_entry_id, is_present: false };
    await done(ask, 'UpdatePatrolEntry', { ...mark, absence_reason: reason });
    await until('the event of a mark', 5000, async () => text.includes(reason) || null);
    stop.abort();
    await reading;
    return { seen: `${text.match(/^data: /gm)?.length} events`, faults: [] };
  });
}

function checkWatch(checklist: Checklist, name: string, client: GrpcClient) {
  return checklist.check(`${name}: WatchPatrols streams through`, async () => {
    const { code, details } = await client.call('WatchPatrols', {});
    return { seen: 'its first message', faults: code === 0 ? [] : [`gRPC ${code}: ${details}`] };
  });
}
