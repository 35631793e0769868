import { walkEntrance } from '../infra/clients/evening.ts';
import { askOverGrpc, askOverRest, done } from '../infra/clients/operation-client.ts';
import { statusError } from '../infra/local/peer-server.ts';
import type { Service } from '../lib/service.ts';
import type { TestCampus } from './campus.ts';
import { type GrpcClient, grpcClient } from './grpc-client.ts';
import { type RestClient, restClient } from './rest-client.ts';

/** A reason that names somebody, with all that must never be seen outside the database. */
export const TELLING_REASON = 'Ушёл с Родионовым Фёдором, тел. +79161234567, rodionov@example.com';

/** An evening over REST and gRPC, with what goes wrong in one: refusals of every kind, and a peer that fails. */
export async function liveAnEvening(
  campus: TestCampus & { readonly service: Service; readonly url: string },
) {
  const rest = await restClient(campus.url);
  const rpc = await grpcClient(campus.service.grpcPort);
  try {
    const [overRest, overGrpc] = [askOverRest(rest), askOverGrpc(rpc)];
    const date = '2025-12-01';
    const walk = { reason: TELLING_REASON };
    const { patrol_id } = await walkEntrance(overRest, { date, building: '8', entrance: 2 }, walk);
    // Most of them unchecked, which HAND_IN_UNCHECKED allows on a test's campus.
    await done(overRest, 'UpdatePatrol', { patrol_id, status: 'completed' });
    await walkEntrance(overGrpc, { date, building: '9', entrance: 1 }, walk);
    await done(overGrpc, 'GetPatrolsForDate', { date });
    await refusals(rest, rpc, patrol_id);
    await failures(campus, rest, rpc);
  } finally {
    rpc.close();
  }
}

async function refusals(rest: RestClient, rpc: GrpcClient, patrolId: string): Promise<void> {
  await rest('POST', '/patrols', { body: { date: 'вчера', building: 'Родионов', entrance: 9 } });
  await rest('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 2 } });
  await rest('PATCH', `/patrols/${patrolId}`, { body: { status: 'completed' } });
  await rest('GET', '/patrols', { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJuYW1lIjoiWCJ9.nothing' });
  await rest('GET', `/patrols/${encodeURIComponent('Родионов')}`);
  await rest('GET', '/patrols/6c6f7365-0000-4000-8000-000000000000');
  await rest('GET', '/patrols/%zz');
  for (const at of [1, 2, 3]) await rest('GET', `/nowhere/${at}`);
  await rpc.call('GetPatrolDetails', { patrol_id: 'Родионов' });
  await rpc.call('ListPatrols', {}, { metadata: {} });
}

async function failures(campus: TestCampus, rest: RestClient, rpc: GrpcClient): Promise<void> {
  // A peer may say in its error whom it was about.
  const indiscreet = statusError(14, `Родионов Фёдор не найден, token ${campus.environment.JWT_SECRET_KEY}`);
  campus.applications.replace('GetApprovedLeaves', async () => Promise.reject(indiscreet));
  await rest('POST', '/patrols', { body: { date: '2025-12-02', building: '8', entrance: 1 } });
  await rpc.call('CreatePatrol', { date: '2025-12-02', building: '8', entrance: 1 });
  campus.applications.restore();
  await campus.sql('alter table patrol_entries rename column absence_reason to reason');
  await rest('GET', `/patrols/6c6f7365-0000-4000-8000-000000000000`);
  await campus.sql('alter table patrol_entries rename column reason to absence_reason');
}
