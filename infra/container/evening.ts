import { DateTime } from 'luxon';
import { tonight } from '../../lib/patrols/evening.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { issueToken } from '../local/token-issuer.ts';
import { grpcCaller } from '../verify-observability/grpc-caller.ts';
import { restCaller } from '../verify-observability/rest-caller.ts';

export interface Ports {
  readonly rest: number;
  readonly grpc: number;
}

/** Walks one patrol over REST and looks at it over gRPC; gives what was seen. @throws at the first answer that is not as it must be. */
export async function walkPatrol({ rest, grpc }: Ports, secret: string): Promise<string> {
  const token = await issueToken({ secret, role: 'educator' });
  const { call } = restCaller(`http://127.0.0.1:${rest}`, token);
  // Each walk has a day of its own: the database may have seen earlier ones.
  const days = Math.floor(Math.random() * 10_000);
  const date = DateTime.fromISO(tonight(new Date(), 'Europe/Moscow')).minus({ days }).toISODate();
  const patrol = await call<PatrolWithEntries>(201, '/patrols', {
    method: 'POST',
    body: { date, building: '8', entrance: 1 },
  });
  const path = `/patrols/${patrol.patrol_id}`;
  const unchecked = patrol.entries.filter((entry) => entry.is_present === null);
  await call(422, path, { method: 'PATCH', body: { status: 'completed' } });
  const marks = unchecked.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
  await call(200, `${path}/entries`, { method: 'PATCH', body: { marks } });
  await call(200, path, { method: 'PATCH', body: { status: 'completed' } });
  await call(409, '/patrols', { method: 'POST', body: { date, building: '8', entrance: 1 } });
  const gateway = grpcCaller(grpc, token);
  try {
    const details = await gateway.call<{ status: string; patrol_by_name: string }>(0, 'GetPatrolDetails', {
      patrol_id: patrol.patrol_id,
    });
    if (details.status !== 'completed' || !details.patrol_by_name) throw new Error(JSON.stringify(details));
  } finally {
    gateway.close();
  }
  return `${patrol.entries.length} entries, ${unchecked.length} marked, handed in; read over gRPC`;
}
