import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startPatrol } from '../../../handlers/start-patrol.ts';
import { bearer, EVENING } from '../../campus.ts';
import { person } from '../../entrance.ts';
import { openTransports, type Transport } from './transports.ts';

let transports: Transport[];

beforeAll(async () => {
  transports = await openTransports();
});
afterAll(() => Promise.all(transports.map((transport) => transport.close())));

/** Campus time, where no offset says otherwise. */
interface Leave {
  readonly from: string;
  readonly until: string;
}

const at = (time: string) => new Date(`${time}:00+03:00`);

/** As application-service does it: only the leaves that begin on the asked day, by UTC. */
function serveLeaves({ campus }: Transport, userId: string, leaves: readonly Leave[]): void {
  campus.applications.replace('GetApprovedLeaves', async ({ date }) => ({
    records: leaves
      .filter(({ from }) => at(from).toISOString().startsWith(date))
      .map(({ from, until }) => ({
        user_id: userId,
        leave_time: at(from).toISOString(),
        return_time: at(until).toISOString(),
        reason: 'домой',
      })),
  }));
}

async function startedEntry(transport: Transport, leaves: readonly Leave[], date: string, now: Date) {
  const minor = person({ entrance: 1 });
  const users = [minor];
  transport.campus.auth.replace('GetUsers', async () => ({ users, total: 1, page: 1, size: 100, pages: 1 }));
  serveLeaves(transport, minor.user_id, leaves);
  transport.campus.clock.now = now;
  try {
    const input = { date, building: '8', entrance: 1 };
    const { data } = await transport.send(startPatrol, input, await bearer('educator'));
    // The operation's own answer, or the RPC's, which has the same names.
    const { entries } = data as { entries: { absence_reason: string | null; leave_until: string | null }[] };
    return entries[0];
  } finally {
    transport.campus.clock.now = EVENING;
    await transport.campus.sql('delete from patrols');
    transport.campus.auth.restore();
    transport.campus.applications.restore();
  }
}

test.each<[string, readonly Leave[], string, string, string | null]>([
  [
    'one that began the day before, until the day after: the weekend at home',
    [{ from: '2025-11-20T18:00', until: '2025-11-22T10:00' }],
    '2025-11-21',
    '2025-11-21T21:00',
    '22.11 10:00',
  ],
  [
    'one that began two weeks before',
    [{ from: '2025-11-07T22:00', until: '2025-11-22T10:00' }],
    '2025-11-21',
    '2025-11-21T21:00',
    '22.11 10:00',
  ],
  [
    'one of the day that began on the day before by UTC',
    [{ from: '2025-11-21T00:30', until: '2025-11-21T23:30' }],
    '2025-11-21',
    '2025-11-21T21:00',
    '23:30',
  ],
  [
    'none that is over when the patrol starts after midnight',
    [{ from: '2025-11-10T18:00', until: '2025-11-10T23:30' }],
    '2025-11-10',
    '2025-11-11T00:15',
    null,
  ],
  [
    'one that still covers a start after midnight',
    [{ from: '2025-11-10T23:40', until: '2025-11-11T08:00' }],
    '2025-11-10',
    '2025-11-11T00:15',
    '11.11 08:00',
  ],
  [
    'the one of several that ends last',
    [
      { from: '2025-11-21T18:00', until: '2025-11-21T23:00' },
      { from: '2025-11-20T18:00', until: '2025-11-23T10:00' },
    ],
    '2025-11-21',
    '2025-11-21T21:00',
    '23.11 10:00',
  ],
])('a student is written off on %s', async (_name, leaves, date, now, until) => {
  for (const transport of transports) {
    const entry = await startedEntry(transport, leaves, date, at(now));
    const reason = until && `Одобренное заявление на выход до ${until}: домой`;
    // gRPC says "" for null.
    expect([transport.name, entry?.absence_reason || null]).toEqual([transport.name, reason]);
    const back = leaves.find((leave) => until?.endsWith(leave.until.slice(11)))?.until;
    const leaveUntil = until && back ? at(back).toISOString() : null;
    expect([transport.name, entry?.leave_until || null]).toEqual([transport.name, leaveUntil]);
  }
});
