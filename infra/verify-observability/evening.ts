import { randomUUID } from 'node:crypto';
import { type EveningPlace, walkAndHandIn, walkEntrance } from '../clients/evening.ts';
import type { GrpcClient } from '../clients/grpc-client.ts';
import { type Ask, askOverGrpc, askOverRest, done, refused } from '../clients/operation-client.ts';
import type { RestClient } from '../clients/rest-client.ts';

/** Those who walk and look, and one who may not. */
export interface Callers {
  readonly rest: RestClient;
  readonly grpc: GrpcClient;
  readonly studentAuthorization: string;
}

export interface Round {
  /** The date that the campus calls tonight. */
  readonly date: string;
  /** Of both buildings; nobody may have started there, and entrance 4 must be free. */
  readonly entrance: number;
  /** Whether the patrols are handed in at the end. */
  readonly isHandedIn: boolean;
}

/** The trace ids that a round sent along, one over each transport. */
export interface Traces {
  readonly rest: string;
  readonly grpc: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Walks one entrance of each building: the boys' over REST, the girls' over gRPC; every operation, and refusals. */
export async function walkRound(callers: Callers, round: Round): Promise<Traces> {
  const { date, entrance } = round;
  const traces = { rest: randomUUID(), grpc: randomUUID() };
  const overRest = async () => {
    await walk(askOverRest(callers.rest), { date, building: '8', entrance }, callers, round, traces.rest);
    const { status } = await callers.rest('GET', '/no-such-route');
    if (status !== 404) throw new Error(`no such route answered ${status}`);
  };
  const overGrpc = async () => {
    const ask = askOverGrpc(callers.grpc);
    await walk(ask, { date, building: '9', entrance }, callers, round, traces.grpc);
    await done(ask, 'GetPatrolsForDate', { date, building: '9' });
  };
  await Promise.all([overRest(), overGrpc()]);
  return traces;
}

async function walk(
  ask: Ask,
  place: EveningPlace,
  { studentAuthorization }: Callers,
  { isHandedIn }: Round,
  traceId: string,
): Promise<void> {
  const patrol = await walkEntrance(ask, place, { traceId });
  const { patrol_id } = patrol;
  await done(ask, 'RefreshPatrol', { patrol_id });
  await done(ask, 'ListAbsentees', { patrol_id });
  await done(ask, 'GetCoverage', { date: place.date });
  await done(ask, 'GetAttendanceReport', { date_from: place.date, date_to: place.date });
  const mistake = await done(ask, 'CreatePatrol', { ...place, entrance: 4 });
  await done(ask, 'DeletePatrol', { patrol_id: mistake.patrol_id });

  await refused(ask, 'VALIDATION_ERROR', 'CreatePatrol', { ...place, date: '2025-02-30' });
  await refused(ask, 'UNAUTHORIZED', 'GetPatrolDetails', { patrol_id }, { authorization: null });
  const student = { authorization: studentAuthorization };
  await refused(ask, 'FORBIDDEN', 'GetPatrolDetails', { patrol_id }, student);
  // A stream that is let in does not end by itself.
  await refused(ask, 'FORBIDDEN', 'WatchPatrols', { date: place.date }, student);
  // These are for heads of educators and admins, and who walks is an educator.
  await refused(ask, 'FORBIDDEN', 'GetPatrolAudit', { patrol_id });
  await refused(ask, 'FORBIDDEN', 'ListAudit', {});
  await refused(ask, 'FORBIDDEN', 'ReopenPatrol', { patrol_id, reason: 'Вернулась после сдачи обхода' });
  await refused(ask, 'PATROL_NOT_FOUND', 'GetPatrolDetails', { patrol_id: NOBODY });
  await refused(ask, 'PATROL_ALREADY_EXISTS', 'CreatePatrol', { ...place });
  if (!isHandedIn) return;
  const handIn = { patrol_id, status: 'completed' };
  await refused(ask, 'PATROL_HAS_UNCHECKED', 'UpdatePatrol', handIn);
  await walkAndHandIn(ask, patrol);
  await refused(ask, 'PATROL_ALREADY_COMPLETED', 'UpdatePatrol', handIn);
}

/** How tonight's entries stand by the answers of REST itself, for the figures of Prometheus to be held against. */
export async function tonightByRest({ rest }: Callers, date: string) {
  const ask = askOverRest(rest);
  const { items } = await done(ask, 'ListPatrols', { date, size: 100 });
  const patrols = await Promise.all(
    items.map(({ patrol_id }: { patrol_id: string }) => done(ask, 'GetPatrolDetails', { patrol_id })),
  );
  const answers = patrols.flatMap(({ entries }) =>
    entries.map(({ is_present }: { is_present: boolean | null }) => is_present),
  );
  return {
    patrols: patrols.length,
    present: answers.filter((isPresent) => isPresent === true).length,
    absent: answers.filter((isPresent) => isPresent === false).length,
    unchecked: answers.filter((isPresent) => isPresent === null).length,
  };
}
