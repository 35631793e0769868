import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { settleCampus } from '../../infra/local/campus.ts';
import type { Coverage } from '../../lib/patrols/evening-schemas.ts';
import { startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const date = '2025-12-01';
const minors = settleCampus().filter(({ is_minor, roles }) => is_minor && roles.includes('student'));

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});
afterEach(async () => {
  campus.auth.restore();
  campus.clock.now = new Date('2025-12-01T19:30:00Z');
  await campus.sql('delete from patrols');
});

const start = async (building: string, entrance: number) =>
  (await call('POST', '/patrols', { body: { date, building, entrance } })).body;

async function covered(query = ''): Promise<Coverage> {
  const { status, body } = await call('GET', `/patrols/coverage${query}`);
  expect(status).toBe(200);
  return body;
}

test('before anybody has started, every minor of the campus is on no list and every entrance without a patrol', async () => {
  const coverage = await covered(`?date=${date}`);
  expect(coverage.places).toHaveLength(8);
  for (const place of coverage.places) {
    expect(place).toMatchObject({
      patrol_id: null,
      status: null,
      entries_count: null,
      unchecked_count: null,
    });
  }
  expect(new Set(coverage.on_no_list.map(({ user_id }) => user_id))).toEqual(
    new Set(minors.map(({ user_id }) => user_id)),
  );
  expect(coverage.places.reduce((sum, place) => sum + place.minors, 0)).toBe(minors.length);
});

test('a child who moved between two starts is on no list; one who moved the other way is on two', async () => {
  const [first, second] = [await start('8', 1), await start('8', 2)];
  const [moved] = first.entries;
  // Past the service: as if auth-service had listed the child nowhere at one start, and in both at the other.
  await campus.sql('delete from patrol_entries where patrol_entry_id = $1', [moved.patrol_entry_id]);
  const [twice] = second.entries;
  await campus.sql('insert into patrol_entries (patrol_id, user_id, room) values ($1, $2, $3)', [
    ...[first.patrol_id, twice.user_id, '1'],
  ]);
  const coverage = await covered();
  const here = coverage.on_no_list.filter(({ building, entrance }) => building === '8' && entrance === 1);
  expect(here).toEqual([
    { user_id: moved.user_id, user_name: moved.user_name, building: '8', entrance: 1, room: moved.room },
  ]);
  expect(coverage.on_several_lists).toHaveLength(1);
  expect(coverage.on_several_lists[0]).toMatchObject({ user_id: twice.user_id, user_name: twice.user_name });
  expect(new Set(coverage.on_several_lists[0]?.patrol_ids)).toEqual(
    new Set([first.patrol_id, second.patrol_id]),
  );
  expect(coverage.places[1]).toMatchObject({
    ...{ building: '8', entrance: 2, patrol_id: second.patrol_id, status: 'in_progress' },
    entries_count: second.entries.length,
  });
  const { message } = await rpc.call('GetCoverage', { date });
  expect(message.on_several_lists).toEqual(coverage.on_several_lists);
  expect(message.places[7]).toMatchObject({ patrol_id: '', entries_count: 0 });
});

test('without a date it is the evening that is on: before six in the morning that of yesterday', async () => {
  campus.clock.now = new Date('2025-12-02T02:59:00Z');
  expect((await covered()).date).toBe('2025-12-01');
  campus.clock.now = new Date('2025-12-02T03:00:00Z');
  expect((await covered()).date).toBe('2025-12-02');
});

test('if one entrance cannot be asked for, nothing is said of the others', async () => {
  campus.auth.replace('GetUsers', async ({ building, entrance }) => {
    if (building === '9' && entrance === 4) throw new Error('broken');
    return { users: [], total: 0, page: 1, size: 100, pages: 0 };
  });
  const { status, body } = await call('GET', '/patrols/coverage');
  expect([status, body.error.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
});
