import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import type { AuditPage, AuditRecord } from '../../lib/patrols/trail-schemas.ts';
import { bearer, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let admin: string;
let all: AuditRecord[];
let student: string;

/** Three days of two entrances: started, one marked; of one day handed in, opened, and deleted. */
beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  admin = await bearer('admin');
  for (const date of ['2025-11-01', '2025-11-02', '2025-11-03']) {
    for (const building of ['8', '9']) {
      const { body } = await call('POST', '/patrols', { body: { date, building, entrance: 1 } });
      const path = `/patrols/${body.patrol_id}`;
      const [entry] = body.entries;
      if (building === '8') student = entry.user_id;
      await call('PATCH', `${path}/${entry.patrol_entry_id}`, { body: { is_present: true } });
      if (date !== '2025-11-02') continue;
      await call('PATCH', path, { body: { status: 'completed' } });
      await call('POST', `${path}/reopen`, { authorization: admin, body: { reason: 'ошибка' } });
      await call('DELETE', path, { authorization: admin });
    }
  }
  all = (await list('?size=100')).items;
});
afterAll(() => campus.close());

async function list(query: string): Promise<AuditPage> {
  const { status, body } = await call('GET', `/patrols/audit${query}`, { authorization: admin });
  expect({ query, status }).toEqual({ query, status: 200 });
  return body;
}

test('it is newest first, and of deleted patrols too', () => {
  const ids = all.map(({ audit_id }) => audit_id);
  expect(ids).toEqual(ids.toSorted((one, other) => other - one));
  expect(all.filter(({ action }) => action === 'patrol_deleted')).toHaveLength(2);
  for (const record of all) {
    expect(record).toMatchObject({ entrance: 1, building: expect.stringMatching(/^[89]$/) });
    expect(record.date).toMatch(/^2025-11-0[123]$/);
  }
});

const educator = residentFor('educator').user_id;
const adminId = residentFor('admin').user_id;

test.each<[string, () => string, (record: AuditRecord) => boolean]>([
  ['a day', () => '?date_from=2025-11-02&date_to=2025-11-02', ({ date }) => date === '2025-11-02'],
  ['from a day on', () => '?date_from=2025-11-02', ({ date }) => (date ?? '') >= '2025-11-02'],
  ['up to a day', () => '?date_to=2025-11-02', ({ date }) => (date ?? '9') <= '2025-11-02'],
  ['a building', () => '?building=9', ({ building }) => building === '9'],
  [
    'an entrance and an action',
    () => '?building=8&entrance=1&action=entry_marked',
    ({ building, action }) => building === '8' && action === 'entry_marked',
  ],
  ['an author', () => `?author=${adminId}`, ({ user_id }) => user_id === adminId],
  ['another author', () => `?author=${educator}`, ({ user_id }) => user_id === educator],
  [
    'a day, a building and an author',
    () => `?date_from=2025-11-02&date_to=2025-11-03&building=8&author=${educator}`,
    ({ date, building, user_id }) => (date ?? '') >= '2025-11-02' && building === '8' && user_id === educator,
  ],
])('it is found by %s', async (_what, query, matches) => {
  const { items } = await list(`${query()}&size=100`);
  expect(items).toEqual(all.filter(matches));
  expect(items.length).toBeGreaterThan(0);
});

test('it is found by a student: their marks, and the lists they were on', async () => {
  const { items } = await list(`?user_id=${student}&size=100`);
  const actions = Map.groupBy(items, ({ action }) => action);
  expect(Object.fromEntries([...actions].map(([action, found]) => [action, found.length]))).toEqual({
    ...{ entries_added: 3, entry_marked: 3, entries_removed: 1 },
  });
  expect(items.find(({ action }) => action === 'entry_marked')?.student_id).toBe(student);
  const onDay = await list(`?user_id=${student.toUpperCase()}&date_from=2025-11-02&date_to=2025-11-02`);
  expect(onDay.items).toHaveLength(3);
  expect((await list('?user_id=99999999-0000-4000-8000-000000000001')).items).toEqual([]);
});

test('the deletion of a patrol that the trail knew nothing of, as adopted ones, is found by date and place', async () => {
  await campus.sql(`begin;
    set local patrol.erasing = 'on';
    insert into patrols (patrol_id, date, building, entrance, patrol_by)
    values ('77777777-0000-4000-8000-000000000001', '2019-05-05', '9', 2, gen_random_uuid());
    insert into patrol_entries (patrol_id, user_id, room)
    values ('77777777-0000-4000-8000-000000000001', '77777777-0000-4000-8000-000000000002', '1');
    commit`);
  const path = '/patrols/77777777-0000-4000-8000-000000000001';
  expect((await call('DELETE', path, { authorization: admin })).status).toBe(204);
  const { items } = await list('?date_from=2019-05-05&date_to=2019-05-05&building=9&entrance=2');
  expect(items.map(({ action }) => action)).toEqual(['entries_removed', 'patrol_deleted']);
});

test('that a person was erased is in it too, and is about no patrol', async () => {
  await campus.sql("select public.write_audit('person_erased', null, null, null, null)");
  const { items } = await list('?action=person_erased');
  expect(items).toMatchObject([{ patrol_id: null, date: null, building: null, student_id: null }]);
  expect((await list('?size=1')).items).toEqual(items);
});

test.each(['', '&date_from=2025-11-01&date_to=2025-11-03', '&building=8'])(
  'pages by id give each record once%s',
  async (filter) => {
    const whole = (await list(`?size=100${filter}`)).items;
    const paged: AuditRecord[] = [];
    for (let after = ''; ; ) {
      const { items, next } = await list(`?size=3${filter}${after}`);
      paged.push(...items);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(paged).toEqual(whole);
  },
);

test('of one patrol it goes on after a record, oldest first: what was polled is not polled again', async () => {
  const patrolId = all[0]?.patrol_id;
  const { body } = await call('GET', `/patrols/${patrolId}/audit`, { authorization: admin });
  const [first, ...others] = body.items;
  const later = await call('GET', `/patrols/${patrolId}/audit?after=${first.audit_id}`, {
    authorization: admin,
  });
  expect(later.body.items).toEqual(others);
  const none = await call('GET', `/patrols/${patrolId}/audit?after=${body.items.at(-1).audit_id}`, {
    authorization: admin,
  });
  expect([none.status, none.body.items]).toEqual([200, []]);
});

test.each([
  '?after=0',
  '?after=9223372036854775807',
  '?after=99999999999999999999',
  '?action=x',
  '?date_from=2025-11-02&date_to=2025-11-01',
  '?date=2025-11-01',
  '?size=0',
])('%s is refused', async (query) => {
  const { status } = await call('GET', `/patrols/audit${query}`, { authorization: admin });
  expect(status).toBe(400);
});
