import { restClient } from '../infra/clients/rest-client.ts';
import type { PatrolEntryId, PatrolId } from '../lib/campus-types.ts';
import { type RpcWatcher, watchOverGrpc } from './grpc-watching.ts';
import type { MeasuredProcess } from './load/measured-process.ts';
import type { ServedCampus } from './load/served-campus.ts';
import { type EventClient, watchOver } from './watching.ts';

/** Who has a served campus: people who start patrols, mark and watch. */
export interface WatchedEvening {
  /** Starts a patrol of today, at the first service. */
  start(building: '8' | '9', entrance: number): Promise<StartedPatrol>;
  /** Marks absent with a reason. @returns the status of the answer. */
  mark(entry: StartedEntry, absence_reason: string, at?: MeasuredProcess): Promise<number>;
  /** Watches everything over REST. */
  watch(at?: MeasuredProcess): Promise<EventClient>;
  watchOverGrpc(at?: MeasuredProcess): RpcWatcher;
  /** Returns the records after the first event of a watcher, in the order of their ids. */
  trailSince(watcher: EventClient): Promise<TrailRecord[]>;
}

export interface StartedEntry {
  readonly patrol_id: PatrolId;
  readonly patrol_entry_id: PatrolEntryId;
}

export interface StartedPatrol {
  readonly patrol_id: PatrolId;
  readonly entries: readonly StartedEntry[];
}

export interface TrailRecord {
  readonly id: number;
  readonly patrol: string;
  readonly reason: string | null;
}

/** `close` takes what closes a watcher after the test. */
export async function watchedEvening(
  { service, bearer, sql }: ServedCampus,
  close: (closing: () => unknown) => void,
): Promise<WatchedEvening> {
  const authorization = await bearer('educator');
  const urlOf = ({ restPort }: MeasuredProcess) => `http://127.0.0.1:${restPort}`;
  return {
    async start(building, entrance) {
      const date = new Date().toISOString().slice(0, 10);
      const call = restClient(urlOf(service), authorization);
      const { status, body } = await call('POST', '/patrols', { body: { date, building, entrance } });
      if (status !== 201) throw new Error(`a start was answered ${status}`);
      return body;
    },
    async mark({ patrol_id, patrol_entry_id }, absence_reason, at = service) {
      const call = restClient(urlOf(at), authorization);
      const body = { is_present: false, absence_reason };
      return (await call('PATCH', `/patrols/${patrol_id}/${patrol_entry_id}`, { body })).status;
    },
    async watch(at = service) {
      const client = await watchOver(`${urlOf(at)}/api/v1/patrols/events`, { authorization });
      close(client.close);
      return client;
    },
    watchOverGrpc(at = service) {
      const watcher = watchOverGrpc(at.grpcPort, authorization);
      close(watcher.close);
      return watcher;
    },
    async trailSince({ received }) {
      return sql<{ id: number; patrol: string; reason: string | null }>(
        `select audit_id::int as id, patrol_id as patrol, after->>'absence_reason' as reason
         from audit_trail where audit_id > $1 order by audit_id`,
        [received[0]?.id],
      );
    },
  };
}

/** Returns the value of a metric, 0 where it has none. */
export async function metricOf({ restPort }: MeasuredProcess, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${restPort}/metrics`)).text();
  const line = text.split('\n').find((each) => /^\w+/.exec(each)?.[0] === name && each.includes(label));
  return Number(line?.split(' ').at(-1) ?? 0);
}
