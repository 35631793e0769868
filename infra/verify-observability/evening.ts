import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { settleCampus } from '../local/campus.ts';
import type { GrpcCaller } from './grpc-caller.ts';
import type { Entry, Patrol, RestCaller } from './rest-caller.ts';

/** Those who walk and look, and one who may not. */
export interface Callers {
  readonly rest: RestCaller;
  readonly grpc: GrpcCaller;
  readonly studentToken: string;
}

export interface Round {
  /** The date that the campus calls tonight. */
  readonly date: string;
  /** Of both buildings; nobody may have started there, and entrance 4 must be free. */
  readonly entrance: number;
  /** Whether the patrols are handed in at the end. */
  readonly isHandedIn: boolean;
}

/** The trace ids that a round sent along, one over each mount. */
export interface Traces {
  readonly rest: string;
  readonly grpc: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const REASON = 'Не вернулся к 22:00';

/** Walks one entrance of each building: the boys' over REST, the girls' over gRPC; every operation, and refusals. */
export async function walkRound(callers: Callers, round: Round): Promise<Traces> {
  const traces = { rest: randomUUID(), grpc: randomUUID() };
  await Promise.all([walkOverRest(callers, round, traces.rest), walkOverGrpc(callers, round, traces.grpc)]);
  return traces;
}

async function walkOverRest({ rest, studentToken }: Callers, round: Round, traceId: string): Promise<void> {
  const place = { date: round.date, building: '8', entrance: round.entrance };
  const patrol = await rest.call<Patrol>(201, '/patrols', { method: 'POST', body: place });
  const path = `/patrols/${patrol.patrol_id}`;
  const [first, second] = toCheck(patrol);
  await rest.call(200, path, { traceId });
  await rest.call(200, '/patrols?page=1&size=20');
  await rest.call(200, `/patrols?date=${round.date}&building=8`);
  await rest.call(200, `${path}/${first}`);
  await rest.call(200, `${path}/${first}`, { method: 'PATCH', body: { is_present: true } });
  const absent = { is_present: false, absence_reason: REASON };
  await rest.call(200, `${path}/${second}`, { method: 'PATCH', body: absent });
  const missed = { user_id: residentOf('9'), room: '101' };
  const added = await rest.call<Entry>(201, path, { method: 'POST', body: missed });
  await rest.call(204, `${path}/${added.patrol_entry_id}`, { method: 'DELETE' });
  const mistaken = { ...place, entrance: 4 };
  const mistake = await rest.call<Patrol>(201, '/patrols', { method: 'POST', body: mistaken });
  await rest.call(204, `/patrols/${mistake.patrol_id}`, { method: 'DELETE' });

  await rest.call(400, '/patrols', { method: 'POST', body: { ...place, date: '2025-02-30' } });
  await rest.call(401, path, { token: null });
  await rest.call(403, path, { token: studentToken });
  // The audit trail is for heads of educators and admins, and the token is an educator's.
  await rest.call(403, `${path}/audit`);
  await rest.call(404, `/patrols/${NOBODY}`);
  await rest.call(404, '/no-such-route');
  await rest.call(409, '/patrols', { method: 'POST', body: place });
  if (!round.isHandedIn) return;
  await rest.call(422, path, { method: 'PATCH', body: { status: 'completed' } });
  const marks = toCheck(patrol).map((patrol_entry_id) => ({ patrol_entry_id, is_present: true }));
  await rest.call(200, `${path}/entries`, { method: 'PATCH', body: { marks } });
  await rest.call(200, path, { method: 'PATCH', body: { status: 'completed' } });
  await rest.call(422, path, { method: 'PATCH', body: { status: 'completed' } });
}

async function walkOverGrpc({ grpc, studentToken }: Callers, round: Round, traceId: string): Promise<void> {
  const place = { date: round.date, building: '9', entrance: round.entrance };
  const { patrol_id } = await grpc.call<Patrol>(status.OK, 'CreatePatrol', place);
  const details = await grpc.call<Patrol>(status.OK, 'GetPatrolDetails', { patrol_id }, { traceId });
  const [first, second] = toCheck(details);
  await grpc.call(status.OK, 'ListPatrols', { page: 1, size: 20 });
  await grpc.call(status.OK, 'GetPatrolsForDate', place);
  await grpc.call(status.OK, 'GetPatrolEntry', { patrol_id, patrol_entry_id: first });
  await grpc.call(status.OK, 'UpdatePatrolEntry', { patrol_id, patrol_entry_id: first, is_present: true });
  const absent = { is_present: false, absence_reason: REASON };
  await grpc.call(status.OK, 'UpdatePatrolEntry', { patrol_id, patrol_entry_id: second, ...absent });
  const missed = { patrol_id, user_id: residentOf('8'), room: '101' };
  const { patrol_entry_id } = await grpc.call<Entry>(status.OK, 'AddPatrolEntry', missed);
  await grpc.call(status.OK, 'DeletePatrolEntry', { patrol_id, patrol_entry_id });
  const mistake = await grpc.call<Patrol>(status.OK, 'CreatePatrol', { ...place, entrance: 4 });
  await grpc.call(status.OK, 'DeletePatrol', { patrol_id: mistake.patrol_id });

  await grpc.call(status.INVALID_ARGUMENT, 'CreatePatrol', { ...place, date: '2025-02-30' });
  await grpc.call(status.UNAUTHENTICATED, 'ListPatrols', {}, { token: null });
  await grpc.call(status.PERMISSION_DENIED, 'ListPatrols', {}, { token: studentToken });
  await grpc.call(status.PERMISSION_DENIED, 'GetPatrolAudit', { patrol_id });
  await grpc.call(status.NOT_FOUND, 'GetPatrolDetails', { patrol_id: NOBODY });
  await grpc.call(status.ALREADY_EXISTS, 'CreatePatrol', place);
  if (!round.isHandedIn) return;
  const marks = toCheck(details).map((entry) => ({ patrol_entry_id: entry, is_present: true }));
  await grpc.call(status.OK, 'MarkPatrolEntries', { patrol_id, marks });
  await grpc.call(status.OK, 'UpdatePatrol', { patrol_id, status: 'completed' });
  await grpc.call(status.FAILED_PRECONDITION, 'UpdatePatrol', { patrol_id, status: 'completed' });
}

/** Returns a minor who lives in the building: somebody whom the list of another one missed. */
function residentOf(building: string): string {
  const resident = settleCampus().find((one) => one.is_minor && one.building === building);
  if (!resident) throw new Error(`no minor lives in building ${building}`);
  return resident.user_id;
}

/** A leave has marked some already; each entrance of the local campus leaves two to check at least. */
function toCheck({ entries }: Patrol): string[] {
  return entries
    .filter(({ is_present }) => is_present !== true)
    .map(({ patrol_entry_id }) => patrol_entry_id);
}

/** How tonight's entries stand by the answers of REST itself, for the figures of Prometheus to be held against. */
export async function tonightByRest({ rest }: Callers, date: string) {
  const { items } = await rest.call<{ items: Patrol[] }>(200, `/patrols?date=${date}&size=100`);
  const patrols = await Promise.all(
    items.map(({ patrol_id }) => rest.call<Patrol>(200, `/patrols/${patrol_id}`)),
  );
  const answers = patrols.flatMap(({ entries }) => entries.map(({ is_present }) => is_present));
  return {
    patrols: patrols.length,
    present: answers.filter((isPresent) => isPresent === true).length,
    absent: answers.filter((isPresent) => isPresent === false).length,
    unchecked: answers.filter((isPresent) => isPresent === null).length,
  };
}
