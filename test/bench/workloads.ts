import type pg from 'pg';
import { residentFor } from '../../infra/local/campus.ts';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import type { Ask } from '../load/closed-loop.ts';
import { openGrpcAsker } from '../load/grpc-asker.ts';
import { type HttpConnection, openHttpConnection, requestBytes } from '../load/http-connection.ts';
import type { MeasuredProcess } from '../load/measured-process.ts';
import { entranceOfForty } from './campus.ts';

/** The kinds of requests that are measured. */
export const OPERATIONS = ['list', 'get', 'mark', 'start', 'details over gRPC'] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** What asks one server, by kind of request; as many askers of each as there are connections. */
export interface Load {
  readonly askers: Readonly<Record<OperationName, readonly Ask[]>>;
  /** What asks for the list that a query string chooses. */
  listing(query: string): readonly Ask[];
  close(): void;
}

const CONNECTIONS = 8;

/** Opens connections to a server and prepares its requests; marks go to a patrol of its own. */
export async function openLoad(
  { restPort, grpcPort }: MeasuredProcess,
  database: pg.Client,
  authorization: string,
): Promise<Load> {
  const { patrolId, entryIds } = await patrolOfForty(database);
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openHttpConnection(restPort)),
  );
  const { GetPatrolDetails } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService.service;
  const details = openGrpcAsker(grpcPort, GetPatrolDetails, { patrol_id: patrolId }, authorization);
  const bytes = (method: string, path: string, body?: unknown) =>
    requestBytes(method, `/api/v1/patrols${path}`, authorization, body);
  const list = bytes('GET', '');
  const get = bytes('GET', `/${patrolId}`);
  const marks = entryIds.flatMap((entryId) => [
    bytes('PATCH', `/${patrolId}/${entryId}`, { is_present: true }),
    bytes('PATCH', `/${patrolId}/${entryId}`, { is_present: false, absence_reason: 'у врача' }),
  ]);
  let marked = 0;
  const nextMark = () => marks[marked++ % marks.length] ?? list;
  const asking = (next: () => Buffer) => connections.map((connection) => asker(connection, next));
  // A connection that says nothing for ten seconds is closed by the service.
  await Promise.all(connections.map((connection) => connection.send(list)));
  return {
    askers: {
      list: asking(() => list),
      get: asking(() => get),
      mark: asking(nextMark),
      start: asking(() => bytes('POST', '', nextPlace())),
      'details over gRPC': connections.map(() => details.ask),
    },
    listing(query) {
      const chosen = bytes('GET', query);
      return asking(() => chosen);
    },
    close() {
      for (const connection of connections) connection.close();
      details.close();
    },
  };
}

function asker(connection: HttpConnection, next: () => Buffer): Ask {
  return async () => (await connection.send(next())).status;
}

let started = 0;

/** Each entrance of each evening once, from years that nothing else is in: no patrol is of a date after tomorrow. */
function nextPlace() {
  const number = started++;
  const date = new Date(Date.UTC(1999, 11, 31 - Math.floor(number / 8))).toISOString().slice(0, 10);
  return { date, building: number % 2 ? '8' : '9', entrance: 1 + (Math.floor(number / 2) % 4) };
}

async function patrolOfForty(database: pg.Client) {
  const { rows } = await database.query<{ patrol_id: string }>(
    `insert into patrols (date, building, entrance, patrol_by)
     select current_date + count(*)::int, '8', 1, $1 from patrols where date >= current_date
     returning patrol_id`,
    [residentFor('educator').user_id],
  );
  const patrolId = rows[0]?.patrol_id ?? '';
  // People whom auth-service knows: an answer has their names.
  const minors = entranceOfForty({ building: '8', entrance: 1 });
  const entries = await database.query<{ patrol_entry_id: string }>(
    `insert into patrol_entries (patrol_id, user_id, room)
     select $1, minor.* from unnest($2::uuid[], $3::text[]) as minor
     returning patrol_entry_id`,
    [patrolId, minors.map(({ user_id }) => user_id), minors.map(({ room }) => room)],
  );
  return { patrolId, entryIds: entries.rows.map(({ patrol_entry_id }) => patrol_entry_id) };
}
