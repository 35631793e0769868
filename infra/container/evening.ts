import { DateTime } from 'luxon';
import { tonight } from '../../lib/patrols/evening.ts';
import { walkAndHandIn, walkEntrance } from '../clients/evening.ts';
import { grpcClient } from '../clients/grpc-client.ts';
import { askOverGrpc, askOverRest, done, refused } from '../clients/operation-client.ts';
import { restClient } from '../clients/rest-client.ts';
import { issueToken } from '../local/token-issuer.ts';

export interface Ports {
  readonly rest: number;
  readonly grpc: number;
}

/** Walks one patrol over REST and looks at it over gRPC; gives what was seen. @throws at the first answer that is not as it must be. */
export async function walkPatrol({ rest, grpc }: Ports, secret: string): Promise<string> {
  const authorization = `Bearer ${await issueToken({ secret, role: 'educator' })}`;
  const ask = askOverRest(restClient(`http://127.0.0.1:${rest}`, authorization));
  // Each walk has a day of its own: the database may have seen earlier ones.
  const days = Math.floor(Math.random() * 10_000);
  const date = String(DateTime.fromISO(tonight(new Date(), 'Europe/Moscow')).minus({ days }).toISODate());
  const place = { date, building: '8', entrance: 1 };
  const patrol = await walkEntrance(ask, place);
  const { patrol_id } = patrol;
  await refused(ask, 'PATROL_HAS_UNCHECKED', 'UpdatePatrol', { patrol_id, status: 'completed' });
  await walkAndHandIn(ask, patrol);
  await refused(ask, 'PATROL_ALREADY_EXISTS', 'CreatePatrol', place);
  const gateway = grpcClient(`127.0.0.1:${grpc}`, authorization);
  try {
    const details = await done(askOverGrpc(gateway), 'GetPatrolDetails', { patrol_id });
    if (details.status !== 'completed' || !details.patrol_by_name) throw new Error(JSON.stringify(details));
  } finally {
    gateway.close();
  }
  return `${patrol.entries.length} entries, ${patrol.unchecked_count} of them marked last, handed in; read over gRPC`;
}
