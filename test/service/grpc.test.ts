import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { loadProto } from '../../lib/proto.ts';
import type { ProtoGrpcType } from '../../proto/generated/patrol.ts';
import { startTestService } from '../campus.ts';
import { expectRpcError, type GrpcClient, grpcClient } from '../grpc-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let client: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '2' } });
  client = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  client.close();
  await campus.close();
});
afterEach(() => {
  campus.auth.restore();
  campus.applications.restore();
});

const place = (date: string) => ({ date, building: '8', entrance: 2 });

async function details(date: string) {
  const { message } = await client.call('CreatePatrol', place(date));
  return (await client.call('GetPatrolDetails', { patrol_id: message.patrol_id })).message;
}

test('every RPC of the proto file is an operation, and the other way round', () => {
  const { service } = loadProto<ProtoGrpcType>('patrol.proto').campus.patrol.PatrolService;
  expect(Object.keys(service).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

test('an evening as the gateway has it: start, look, mark, hand in, list', async () => {
  const started = await client.call('CreatePatrol', place('2025-12-01'));
  expect(started.code).toBe(grpc.status.OK);
  expect(started.message).toMatchObject({
    ...place('2025-12-01'),
    patrol_id: expect.any(String),
    status: 'in_progress',
    started_at: expect.stringMatching(/Z$/),
    submitted_at: '',
    patrol_by: residentFor('educator').user_id,
    entries_count: started.message.entries.length,
  });
  const { patrol_id } = started.message;
  const looked = (await client.call('GetPatrolDetails', { patrol_id })).message;
  expect(looked).toMatchObject({
    patrol_id,
    submitted_at: '',
    patrol_by_name: nameOf(residentFor('educator')),
  });
  const unchecked = looked.entries.filter((entry: object) => !('is_present' in entry));
  expect(unchecked.length).toBeGreaterThan(1);
  expect(unchecked[0]).toMatchObject({ user_name: expect.stringMatching(/^\S+ \S+ \S+$/), checked_at: '' });

  const [first, second] = unchecked;
  const marked = await client.call('UpdatePatrolEntry', {
    patrol_id,
    patrol_entry_id: first.patrol_entry_id,
    is_present: true,
  });
  expect(marked.message).toMatchObject({
    patrol_id,
    is_present: true,
    absence_reason: '',
    user_name: first.user_name,
  });
  // A client of before sends no bytes for false.
  const absent = await client.call('UpdatePatrolEntry', {
    patrol_id,
    patrol_entry_id: second.patrol_entry_id,
    absence_reason: 'у врача',
  });
  expect(absent.message).toMatchObject({ is_present: false, absence_reason: 'у врача' });
  expect(
    (await client.call('GetPatrolEntry', { patrol_id, patrol_entry_id: second.patrol_entry_id })).message,
  ).toEqual(absent.message);

  const completed = await client.call('UpdatePatrol', { patrol_id, status: 'completed' });
  expect(completed.message).toMatchObject({ status: 'completed', submitted_at: expect.stringMatching(/Z$/) });
  const written = looked.entries.filter(
    ({ is_present }: { is_present?: boolean }) => is_present === false,
  ).length;
  const summary = {
    patrol_id,
    ...place('2025-12-01'),
    status: 'completed',
    started_at: started.message.started_at,
    submitted_at: completed.message.submitted_at,
    entries_count: looked.entries.length,
    present_count: 1,
    absent_count: written + 1,
    unchecked_count: looked.entries.length - written - 2,
    patrol_by: residentFor('educator').user_id,
    created_at: completed.message.created_at,
    updated_at: completed.message.updated_at,
  };
  const list = await client.call('ListPatrols', { date: '2025-12-01' });
  expect(list.message).toEqual({ items: [summary], total: 1, page: 1, size: 20, pages: 1, next: '' });
  expect((await client.call('GetPatrolsForDate', { date: '2025-12-01' })).message).toEqual({
    patrols: [summary],
  });
});

test('an entry is added and removed, a patrol is deleted', async () => {
  const { patrol_id } = await details('2025-12-02');
  const student = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '7' };
  const added = await client.call('AddPatrolEntry', student);
  expect(added.message).toMatchObject({ ...student, user_name: nameOf(residentFor('student_patrol')) });
  expect('is_present' in added.message).toBe(false);
  const { patrol_entry_id } = added.message;
  expect((await client.call('DeletePatrolEntry', { patrol_id, patrol_entry_id })).message).toEqual({
    success: true,
  });
  expectRpcError(
    await client.call('GetPatrolEntry', { patrol_id, patrol_entry_id }),
    'PATROL_ENTRY_NOT_FOUND',
  );
  expect((await client.call('DeletePatrol', { patrol_id })).message).toEqual({ success: true });
  expectRpcError(await client.call('GetPatrolDetails', { patrol_id }), 'PATROL_NOT_FOUND');
});

test('the patrols of a date come whole, never as a page', async () => {
  for (const building of ['8', '9']) {
    for (const entrance of [1, 2, 3, 4])
      await client.call('CreatePatrol', { date: '2025-10-03', building, entrance });
  }
  expect((await client.call('GetPatrolsForDate', { date: '2025-10-03' })).message.patrols).toHaveLength(8);
  const nine = await client.call('GetPatrolsForDate', { date: '2025-10-03', building: '9', entrance: 4 });
  expect(nine.message.patrols).toHaveLength(1);
  expectRpcError(await client.call('GetPatrolsForDate', { building: '9' }), 'VALIDATION_ERROR');
});

test('zero and "" mean not given, and everything else is validated as in REST', async () => {
  const list = await client.call('ListPatrols', {
    page: 0,
    size: 0,
    date: '',
    building: '',
    entrance: 0,
    status: '',
  });
  expect(list.message).toMatchObject({ page: 1, size: 20 });
  const faulty = await client.call('ListPatrols', {
    page: -1,
    size: 101,
    date: '2025-02-30',
    entrance: 9,
    status: 'x',
  });
  expectRpcError(faulty, 'VALIDATION_ERROR');
  const faults = JSON.parse(String(faulty.trailing['error-details-bin']));
  expect(faults.map(({ field }: { field: string }) => field).toSorted()).toEqual(
    ['page', 'size', 'date', 'entrance', 'status'].toSorted(),
  );
});

function nameOf({ last_name, first_name, patronymic }: ReturnType<typeof residentFor>): string {
  return `${last_name} ${first_name} ${patronymic}`;
}
