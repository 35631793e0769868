import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allPresent, walkAndHandIn } from '../../infra/clients/evening.ts';
import { askOverRest } from '../../infra/clients/operation-client.ts';
import { type Resident, residentFor, settleCampus } from '../../infra/local/campus.ts';
import type { PatrolEntry } from '../../lib/patrols/schemas.ts';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { HAND_IN_UNCHECKED: 'refuse' } });
  call = await restClient(campus.url);
});
afterAll(() => campus.close());

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function nameOf(person: Resident | undefined) {
  return `${person?.last_name} ${person?.first_name} ${person?.patronymic}`;
}

function place(date: string, building = '8', entrance = 2) {
  return { date, building, entrance };
}

test('an evening: start, look, mark, mark, hand in', async () => {
  const started = await call('POST', '/patrols', { body: place('2025-12-01') });
  expect(started.status).toBe(201);
  const patrol = started.body;
  expect(started.headers.get('location')).toBe(`/api/v1/patrols/${patrol.patrol_id}`);
  const awayOnLeave = patrol.entries.filter((entry: PatrolEntry) => entry.is_present === false);
  expect(patrol).toEqual({
    patrol_id: expect.stringMatching(UUID),
    ...place('2025-12-01'),
    status: 'in_progress',
    patrol_by: residentFor('educator').user_id,
    patrol_by_name: nameOf(residentFor('educator')),
    entries_count: patrol.entries.length,
    present_count: 0,
    absent_count: awayOnLeave.length,
    unchecked_count: patrol.entries.length - awayOnLeave.length,
    started_at: expect.stringMatching(TIMESTAMP),
    submitted_at: null,
    created_at: expect.stringMatching(TIMESTAMP),
    updated_at: expect.stringMatching(TIMESTAMP),
    entries: expect.any(Array),
  });

  const residents = new Map(settleCampus().map((resident) => [resident.user_id, resident]));
  for (const { user_id, user_name, leave_until, is_present } of patrol.entries) {
    expect(user_name).toBe(nameOf(residents.get(user_id)));
    expect(leave_until).toEqual(is_present === null ? null : expect.stringMatching(TIMESTAMP));
  }

  const looked = await call('GET', `/patrols/${patrol.patrol_id}`);
  expect(looked.status).toBe(200);
  expect(looked.body).toEqual(patrol);

  const [first, second] = patrol.entries.filter(
    (entry: { is_present: unknown }) => entry.is_present === null,
  );
  const absent = await call('PATCH', `/patrols/${patrol.patrol_id}/${first.patrol_entry_id}`, {
    body: { is_present: false, absence_reason: 'Не вернулся к 22:00' },
  });
  expect(absent.status).toBe(200);
  expect(absent.body).toEqual({
    ...first,
    is_present: false,
    absence_reason: 'Не вернулся к 22:00',
    checked_at: expect.stringMatching(TIMESTAMP),
    updated_at: expect.stringMatching(TIMESTAMP),
  });
  const present = await call('PATCH', `/patrols/${patrol.patrol_id}/${second.patrol_entry_id}`, {
    body: { is_present: true },
  });
  expect(present.body).toMatchObject({ is_present: true, absence_reason: null });

  const early = await call('PATCH', `/patrols/${patrol.patrol_id}`, { body: { status: 'completed' } });
  expectError(early, 'PATROL_HAS_UNCHECKED');
  const walked = (await call('GET', `/patrols/${patrol.patrol_id}`)).body;
  await call('PATCH', `/patrols/${patrol.patrol_id}/entries`, { body: { marks: allPresent(walked) } });
  const completed = await call('PATCH', `/patrols/${patrol.patrol_id}`, { body: { status: 'completed' } });
  expect(completed.status).toBe(200);
  expect(completed.body).toMatchObject({
    unchecked_count: 0,
    status: 'completed',
    submitted_at: expect.stringMatching(TIMESTAMP),
  });
  expect(completed.body.entries).toContainEqual(absent.body);
  expect(completed.body.entries).toContainEqual(present.body);
  expect((await call('GET', `/patrols/${patrol.patrol_id}`)).body).toEqual(completed.body);
});

test('a student whom the list missed is added, and an entry that should not be there is removed', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: place('2025-12-02') });
  const student = { user_id: '99999999-0000-4000-8000-000000000001', room: '101a' };
  const added = await call('POST', `/patrols/${patrol.patrol_id}`, { body: student });
  expect(added.status).toBe(201);
  const path = `/patrols/${patrol.patrol_id}/${added.body.patrol_entry_id}`;
  expect(added.headers.get('location')).toBe(`/api/v1${path}`);
  expect((await call('GET', path)).body).toEqual(added.body);
  const removed = await call('DELETE', path);
  expect([removed.status, removed.body]).toEqual([204, '']);
  expect((await call('GET', path)).body.error.code).toBe('PATROL_ENTRY_NOT_FOUND');
});

test('a patrol made by mistake is deleted with its entries, and its place is free again', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: place('2025-10-03') });
  expect((await call('DELETE', `/patrols/${patrol.patrol_id}`)).status).toBe(204);
  const left = await campus.sql('select 1 from patrol_entries where patrol_id = $1', [patrol.patrol_id]);
  expect(left).toEqual([]);
  expect((await call('POST', '/patrols', { body: place('2025-10-03') })).status).toBe(201);
});

test('entries come by room as people count', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: place('2025-10-04') });
  for (const [at, room] of ['2', '1010', '101a', '101', '10'].entries()) {
    const user_id = `99999999-0000-4000-8000-00000000000${at}`;
    await call('POST', `/patrols/${patrol.patrol_id}`, { body: { user_id, room } });
  }
  const { body } = await call('GET', `/patrols/${patrol.patrol_id}`);
  const rooms = body.entries.map((entry: { room: string }) => entry.room);
  const ours = rooms.filter((room: string) => ['2', '10', '101', '101a', '1010'].includes(room));
  expect([...new Set(ours)]).toEqual(['2', '10', '101', '101a', '1010']);
  expect(rooms.at(-1)).toBe('1010');
});

test('marking the same twice is fine and moves checked_at; updated_at moves with every change', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: place('2025-10-05') });
  const path = `/patrols/${patrol.patrol_id}/${patrol.entries[0].patrol_entry_id}`;
  const body = { is_present: false, absence_reason: 'у врача' };
  const { body: first } = await call('PATCH', path, { body });
  const { body: second } = await call('PATCH', path, { body });
  expect(second).toEqual({ ...first, checked_at: expect.any(String), updated_at: expect.any(String) });
  expect(Date.parse(second.checked_at)).toBeGreaterThan(Date.parse(first.checked_at));
  expect(Date.parse(second.updated_at)).toBeGreaterThan(Date.parse(first.updated_at));
});

test('marking present clears the reason that a leave gave', async () => {
  const { body: patrol } = await call('POST', '/patrols', { body: place('2025-10-06') });
  const onLeave = patrol.entries.find((entry: { is_present: unknown }) => entry.is_present === false);
  expect(onLeave.checked_at).toBeNull();
  expect(onLeave.absence_reason).toMatch(/^Одобренное заявление на выход до /);
  const marked = await call('PATCH', `/patrols/${patrol.patrol_id}/${onLeave.patrol_entry_id}`, {
    body: { is_present: true },
  });
  expect(marked.body).toMatchObject({ is_present: true, absence_reason: null });
});

test('the list is newest first, filtered, and paged to an empty page', async () => {
  for (const [date, building, entrance] of [
    ['2024-01-02', '9', 1],
    ['2024-01-01', '9', 2],
    ['2024-01-02', '8', 3],
    ['2024-01-03', '9', 3],
  ] as const) {
    const { body, status } = await call('POST', '/patrols', { body: place(date, building, entrance) });
    expect(status).toBe(201);
    if (date === '2024-01-01') await walkAndHandIn(askOverRest(call), body);
  }
  const seen = async (query: string) => {
    const { body } = await call('GET', `/patrols?${query}`);
    return body.items.map((patrol: Record<string, unknown>) =>
      [patrol.date, patrol.building, patrol.entrance].join(' '),
    );
  };
  expect(await seen('date=2024-01-02')).toEqual(['2024-01-02 8 3', '2024-01-02 9 1']);
  expect(await seen('building=9')).toEqual(['2024-01-03 9 3', '2024-01-02 9 1', '2024-01-01 9 2']);
  expect(await seen('entrance=3')).toEqual(['2024-01-03 9 3', '2024-01-02 8 3']);
  expect(await seen('building=9&status=completed')).toEqual(['2024-01-01 9 2']);
  expect(await seen('building=9&entrance=1&date=2024-01-02&status=in_progress')).toEqual(['2024-01-02 9 1']);
  expect(await seen('building=9&size=2&page=2')).toEqual(['2024-01-01 9 2']);
  expect(await seen('date_from=2024-01-02&date_to=2024-01-02')).toEqual(['2024-01-02 8 3', '2024-01-02 9 1']);
  expect(await seen('date_from=2024-01-02&building=9')).toEqual(['2024-01-03 9 3', '2024-01-02 9 1']);
  expect(await seen('date_to=2024-01-01')).toEqual(['2024-01-01 9 2']);
  const past = await call('GET', '/patrols?building=9&size=2&page=2147483647');
  expect(past.body).toEqual({ items: [], total: 3, page: 2_147_483_647, size: 2, pages: 2, next: null });
  const { body } = await call('GET', '/patrols?building=9&size=1');
  expect(body).toMatchObject({ total: 3, page: 1, size: 1, pages: 3 });
  expect(Object.keys(body.items[0])).not.toContain('entries');
});
