import * as grpc from '@grpc/grpc-js';
import fastify from 'fastify';
import pg from 'pg';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import { entranceOfForty } from './campus.ts';
import { LIST, MARK, READ, START } from './floor-sql.ts';

/**
 * The floor: bare Fastify and pg, the service's SQL, the service's JSON, and nothing else. No token is looked at, no
 * input checked, nothing logged, traced or measured; a list that is started is always the same forty.
 */
async function main(databaseUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const one = async (name: string, text: string, values: unknown[]) =>
    (await pool.query({ name, text, values })).rows[0];
  const app = fastify();
  app.get('/api/v1/patrols', async () => {
    const { items, total, last } = await one('list', LIST, [20, 1]);
    const next =
      last && Buffer.from(`${last.date}/${last.created_at}/${last.patrol_id}`).toString('base64url');
    return { items, total, page: 1, size: 20, pages: Math.ceil(total / 20), next };
  });
  app.get<Id>('/api/v1/patrols/:patrol', async ({ params }) =>
    named(await one('read', READ, [params.patrol, null, null])),
  );
  app.patch<Id & { Body: Mark }>('/api/v1/patrols/:patrol/:entry', async ({ params, body }) => {
    const { patrol, entry } = params;
    const { is_present, absence_reason = null } = body;
    const values = [...AUTHOR, patrol, ...CAMPUS, is_present, absence_reason, is_present, entry, entry];
    return { ...(await one('mark', MARK, values)).entry, user_name: SOMEBODYS_NAME };
  });
  app.post<{ Body: Place }>('/api/v1/patrols', async ({ body }, reply) => {
    const { date, building, entrance } = body;
    const patrol = await one('start', START, [...AUTHOR, date, building, entrance, ...MINORS]);
    return reply.code(201).send(named({ ...patrol.started, entries: patrol.entries }));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const grpcPort = await serveDetails(async (patrolId) =>
    named(await one('read', READ, [patrolId, null, null])),
  );
  const address = app.server.address();
  const restPort = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ rest_port: restPort, grpc_port: grpcPort })}\n`);
  process.on('SIGTERM', () => process.exit(0));
}

/** The floor of gRPC: bare grpc-js and the same SQL; of names it knows none. */
function serveDetails(read: (patrolId: string) => Promise<PatrolRow>): Promise<number> {
  const server = new grpc.Server();
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  const answer = async (call: Call, callback: grpc.sendUnaryData<object>) => {
    const patrol = await read(call.request.patrol_id);
    callback(null, { ...patrol, submitted_at: patrol.submitted_at ?? '' });
  };
  server.addService(
    { GetPatrolDetails: service.GetPatrolDetails },
    { GetPatrolDetails: (call: Call, callback: grpc.sendUnaryData<object>) => void answer(call, callback) },
  );
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  return promise;
}

type Call = grpc.ServerUnaryCall<{ readonly patrol_id: string }, object>;
interface PatrolRow {
  readonly submitted_at: string | null;
  readonly entries: readonly { readonly is_present: boolean | null }[];
}
interface Id {
  Params: { readonly patrol: string; readonly entry: string };
}
interface Mark {
  readonly is_present: boolean;
  readonly absence_reason?: string;
}
interface Place {
  readonly date: string;
  readonly building: string;
  readonly entrance: number;
}

/** The JSON that the service gives: with names, and counted. */
function named(patrol: PatrolRow) {
  const counts = {
    entries_count: patrol.entries.length,
    present_count: 0,
    absent_count: 0,
    unchecked_count: 0,
  };
  const entries = patrol.entries.map((entry) => {
    if (entry.is_present === null) counts.unchecked_count += 1;
    else counts[entry.is_present ? 'present_count' : 'absent_count'] += 1;
    return { ...entry, user_name: SOMEBODYS_NAME };
  });
  return { ...patrol, ...counts, patrol_by_name: SOMEBODYS_NAME, entries };
}

const SOMEBODYS_NAME = 'Фамилия7 Александр Алексеевич';
const SOMEBODY = '00000000-0000-4000-8000-000000000001';
/** The author of a change: who, the trace, no deadline. */
const AUTHOR = [SOMEBODY, '', ''];
/** The reach of somebody who sees the whole campus. */
const CAMPUS = [null, null, null];
const minors = entranceOfForty({ building: '8', entrance: 1 });
const MINORS = [
  minors.map(({ user_id }) => user_id),
  minors.map(({ room }) => room),
  minors.map(() => null),
  minors.map(() => null),
  minors.map(() => null),
];

await main(process.env.DATABASE_URL ?? '');
