import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addEntry } from '../../handlers/add-entry.ts';
import { completePatrol } from '../../handlers/complete-patrol.ts';
import { deletePatrol } from '../../handlers/delete-patrol.ts';
import { getCoverage } from '../../handlers/get-coverage.ts';
import { operations } from '../../handlers/index.ts';
import { listAbsentees } from '../../handlers/list-absentees.ts';
import { listAudit } from '../../handlers/list-audit.ts';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { listPatrolsOfDate } from '../../handlers/list-patrols-of-date.ts';
import { markEntries } from '../../handlers/mark-entries.ts';
import { markEntry } from '../../handlers/mark-entry.ts';
import { readAudit } from '../../handlers/read-audit.ts';
import { readEntry } from '../../handlers/read-entry.ts';
import { readPatrol } from '../../handlers/read-patrol.ts';
import { refreshPatrol } from '../../handlers/refresh-patrol.ts';
import { removeEntry } from '../../handlers/remove-entry.ts';
import { reopenPatrol } from '../../handlers/reopen-patrol.ts';
import { reportAttendance } from '../../handlers/report-attendance.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { watchPatrols } from '../../handlers/watch-patrols.ts';
import { askOverGrpc, askOverRest, done } from '../../infra/clients/operation-client.ts';
import type { Role } from '../../lib/auth/roles.ts';
import { createGrpcHost } from '../../lib/grpc/host.ts';
import { createRestHost } from '../../lib/http/host.ts';
import { invoke } from '../../lib/invoke.ts';
import { isOnRest, type Operation } from '../../lib/operation.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { NO_ADDRESSES } from '../../lib/settings/addresses.ts';
import { bearer, cloneTemplate, openTestContext } from '../campus.ts';
import { relayToDatabase } from '../database-relay.ts';
import { grpcClient } from '../grpc-client.ts';
import { readWhole } from '../read-whole.ts';
import { restClient } from '../rest-client.ts';

let relay: Awaited<ReturnType<typeof relayToDatabase>>;
let answered = 0;
let campus: Awaited<ReturnType<typeof openTestContext>>;

beforeAll(async () => {
  relay = await relayToDatabase(await cloneTemplate(), countAnswers);
  campus = await openTestContext({ environment: { DATABASE_URL: relay.url, DATABASE_POOL_SIZE: '1' } });
});
afterAll(async () => {
  await campus.close();
  relay.close();
});

/** Counts how often PostgreSQL says that it is ready for the next question. */
function countAnswers(postgres: Socket) {
  const READY_FOR_QUERY = 'Z'.charCodeAt(0);
  let rest = Buffer.alloc(0);
  postgres.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    // A message is its type, one byte, and its length, which counts itself and not the type.
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      if (rest[0] === READY_FOR_QUERY) answered += 1;
      rest = rest.subarray(rest.readInt32BE(1) + 1);
    }
  });
}

/** Asks the service for an operation one way or another. */
type Ask = (operation: Operation, input: Fields, authorization: string) => Promise<unknown>;
type Fields = Record<string, unknown>;

const directly: Ask = async (operation, input, authorization) =>
  readWhole(operation, await invoke(operation, campus.context, { input, credentials: { authorization } }));

/** Nothing asks PostgreSQL besides. */
const readiness = { isDraining: () => false, isRefusing: () => false, check: async () => ({}) };
const limits = { total: 10, perAddress: 10, proxies: NO_ADDRESSES };

/** Opens a transport, and returns what asks through it. */
const TRANSPORTS: Readonly<Record<string, (closing: (() => unknown)[]) => Promise<Ask>>> = {
  directly: async () => directly,
  'over REST': async (closing) => {
    const host = await createRestHost({ context: campus.context, operations, readiness, limits });
    const port = await host.listen({ host: '127.0.0.1', port: 0 });
    closing.push(() => host.close());
    const ask = askOverRest(await restClient(`http://127.0.0.1:${port}`));
    const headers = { connection: 'close' };
    return ({ name }, input, authorization) => done(ask, name, input, { authorization, headers });
  },
  'over gRPC': async (closing) => {
    const host = createGrpcHost({
      context: campus.context,
      operations,
      readiness,
      limits,
      hasReflection: false,
    });
    const client = await grpcClient(await host.listen({ host: '127.0.0.1', port: 0 }));
    closing.push(
      () => client.close(),
      () => host.stop(1000),
    );
    const ask = askOverGrpc(client);
    return ({ name }, input, authorization) => done(ask, name, input, { authorization });
  },
};

test.each(Object.entries(TRANSPORTS))(
  '%s every operation is one round trip to PostgreSQL, a start with all its students too, but for those that say why not',
  async (name, open) => {
    const closing: (() => unknown)[] = [];
    const ask = await open(closing);
    const roundTrips: Record<string, number> = {};
    const isThere = (operation: Operation) => name !== 'over REST' || isOnRest(operation);
    const call = async (operation: Operation, input: Fields, role: Role = 'educator') => {
      const authorization = await bearer(role);
      const before = answered;
      const answer = await ask(operation, input, authorization);
      roundTrips[operation.name] = answered - before;
      // A patrol, where the operation answers one: its own expectations are elsewhere.
      return answer as PatrolWithEntries;
    };
    try {
      const place = { date: '2025-12-01', building: '8', entrance: 1 };
      // Who asks first also opens the connection.
      await call(listPatrols, {});
      const { patrol_id, entries } = await call(startPatrol, place);
      expect(entries.length).toBeGreaterThan(1);
      const [{ patrol_entry_id } = { patrol_entry_id: '' }] = entries;
      const entry = { patrol_id, patrol_entry_id };
      const newcomer = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '404' };
      await call(listPatrols, { ...place, status: 'in_progress' });
      if (isThere(listPatrolsOfDate)) await call(listPatrolsOfDate, { date: place.date });
      await call(readPatrol, { patrol_id });
      await call(readEntry, entry);
      await call(markEntry, { ...entry, is_present: true });
      await call(markEntries, { patrol_id, marks: [{ patrol_entry_id, is_present: true }] });
      await call(addEntry, newcomer);
      await call(removeEntry, entry);
      await call(listAbsentees, { patrol_id });
      await call(refreshPatrol, { patrol_id });
      await call(completePatrol, { patrol_id, status: 'completed' });
      await call(reopenPatrol, { patrol_id, reason: 'вернулся позже' }, 'admin');
      await call(getCoverage, { date: place.date });
      await call(listAudit, { date_from: place.date }, 'admin');
      await call(readAudit, { patrol_id }, 'admin');
      await call(watchPatrols, { patrol_id });
      await call(reportAttendance, { date_from: place.date, date_to: place.date });
      await call(deletePatrol, { patrol_id });
    } finally {
      for (const close of closing) await close();
    }
    const mounted = operations.filter(isThere).map(({ name }) => [name, 1]);
    // Which entrance and evening it is, the peers have to be told before a list can be drawn up anew. A report is read
    // in parts: its order, then the patrols, then the students. The first who watches has the trail's end found and read
    // twice, and then gets the counts.
    const others = { RefreshPatrol: 2, GetAttendanceReport: 3, WatchPatrols: 4 };
    const expected = { ...Object.fromEntries(mounted), ...others };
    expect(roundTrips).toEqual(expected);
  },
);
