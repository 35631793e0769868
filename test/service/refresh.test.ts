import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { askOverRest } from '../../infra/clients/operation-client.ts';
import type { PatrolEntry } from '../../lib/patrols/schemas.ts';
import { NEWCOMERS, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const place = { date: '2025-12-01', building: '8', entrance: 3 };
const EVENING = { from: '2025-12-01T16:00:00', to: '2025-12-01T21:00:00' };

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
afterEach(async () => {
  campus.auth.restore();
  campus.applications.restore();
  campus.clock.now = new Date('2025-12-01T19:30:00Z');
  await campus.sql('delete from patrols');
});

/** Has application-service know these leaves, all of the first of December, and no others. */
function grant(...leaves: { readonly user_id: string; readonly to?: string }[]) {
  campus.applications.replace('GetApprovedLeaves', async ({ date }) => ({
    records: leaves
      .filter(() => date === '2025-12-01')
      .map(({ user_id, to = EVENING.to }) => ({
        ...{ user_id, user_name: '', room: '', leave_time: EVENING.from, return_time: to, reason: 'театр' },
      })),
  }));
}

async function started() {
  grant();
  const { body } = await call('POST', '/patrols', { body: place });
  return { patrol: body, path: `/patrols/${body.patrol_id}`, entries: body.entries as PatrolEntry[] };
}

const entryOf = (entries: readonly PatrolEntry[], { user_id }: Pick<PatrolEntry, 'user_id'>) =>
  entries.find((entry) => entry.user_id === user_id);

test('a late leave excuses who is not checked, and a leave that is gone excuses nobody any more', async () => {
  const { path, entries } = await started();
  const [late] = entries;
  if (!late) throw new Error('nobody lives there');
  grant(late);
  const excused = await call('POST', `${path}/refresh`);
  expect(excused.body.changes).toEqual({
    ...{ added: [], no_longer_excused: [], no_longer_listed: [] },
    excused: [late.patrol_entry_id],
  });
  expect(entryOf(excused.body.patrol.entries, late)).toMatchObject({
    is_present: false,
    absence_reason: 'Одобренное заявление на выход до 02.12 00:00: театр',
    leave_until: '2025-12-01T21:00:00.000Z',
    checked_at: null,
  });
  grant();
  const again = await call('POST', `${path}/refresh`);
  expect(again.body.changes.no_longer_excused).toEqual([late.patrol_entry_id]);
  expect(entryOf(again.body.patrol.entries, late)).toMatchObject({ is_present: null, absence_reason: null });
  const nothing = await call('POST', `${path}/refresh`);
  expect(Object.values(nothing.body.changes).flat()).toEqual([]);
  expect(nothing.headers.get('etag')).toBe(again.headers.get('etag'));
});

test('a leave that was over when the evening went on excuses no more, whoever was excused by it', async () => {
  const { path, entries } = await started();
  const [one] = entries;
  if (!one) throw new Error('nobody lives there');
  const leave = { ...one, to: '2025-12-01T20:00:00' };
  grant(leave);
  await call('POST', `${path}/refresh`);
  campus.clock.now = new Date('2025-12-01T20:00:00Z');
  const { body } = await call('POST', `${path}/refresh`);
  expect(body.changes.no_longer_excused).toEqual([one.patrol_entry_id]);
  expect(entryOf(body.patrol.entries, one)?.leave_until).toBe('2025-12-01T20:00:00.000Z');
});

test('a leave that is prolonged is told anew', async () => {
  const { path, entries } = await started();
  const [one] = entries;
  if (!one) throw new Error('nobody lives there');
  grant(one);
  await call('POST', `${path}/refresh`);
  grant({ ...one, to: '2025-12-01T22:00:00' });
  const { body } = await call('POST', `${path}/refresh`);
  expect(body.changes.excused).toEqual([one.patrol_entry_id]);
  expect(entryOf(body.patrol.entries, one)?.leave_until).toBe('2025-12-01T22:00:00.000Z');
});

test('what a person marked stays, whatever leaves there are', async () => {
  const { path, entries } = await started();
  const marks = [true, false, false].map((is_present, at) => ({
    patrol_entry_id: entries[at]?.patrol_entry_id,
    ...{ is_present, ...(at === 1 && { absence_reason: 'у врача' }) },
  }));
  await call('PATCH', `${path}/entries`, { body: { marks } });
  const before = (await call('GET', path)).body.entries;
  grant(...entries.slice(0, 3));
  const { body } = await call('POST', `${path}/refresh`);
  expect(body.changes.excused).toEqual([]);
  expect(body.patrol.entries).toEqual(before);
});

test('who moved in is added, with their leave; who moved out stays and is named', async () => {
  const { path, entries } = await started();
  const [newcomer] = NEWCOMERS;
  const [gone] = entries;
  if (!newcomer || !gone) throw new Error('nobody lives there');
  campus.auth.replace('GetUsers', async ({ building, entrance }) => {
    const residents = entries.slice(1).map(({ user_id, room }) => ({ ...newcomer, user_id, room }));
    const users = [...residents, { ...newcomer, room: '512' }].map((user) => ({
      ...user,
      building,
      entrance,
    }));
    return { users, total: users.length, page: 1, size: 100, pages: 1 };
  });
  grant(newcomer);
  const { body } = await call('POST', `${path}/refresh`);
  const added = entryOf(body.patrol.entries, newcomer as never);
  expect(added).toMatchObject({ room: '512', is_present: false, checked_at: null });
  expect(body.changes).toEqual({
    added: [added?.patrol_entry_id],
    excused: [],
    no_longer_excused: [],
    no_longer_listed: [gone.patrol_entry_id],
  });
  expect(entryOf(body.patrol.entries, gone)).toBeDefined();
});

test('without auth-service or application-service nothing is changed', async () => {
  const { path, entries } = await started();
  grant(...entries);
  const before = (await call('GET', path)).body;
  for (const break_ of [
    () => campus.auth.replace('GetUsers', () => Promise.reject(new Error('broken'))),
    () => campus.applications.replace('GetApprovedLeaves', () => Promise.reject(new Error('broken'))),
  ]) {
    break_();
    const { status, body } = await call('POST', `${path}/refresh`);
    expect([status, body.error.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    campus.auth.restore();
  }
  expect((await call('GET', path)).body).toEqual(before);
});

test('a patrol that is handed in is not drawn up anew, and the peers are not asked', async () => {
  const { path } = await started();
  await call('PATCH', path, { body: { status: 'completed' } });
  campus.applications.replace('GetApprovedLeaves', () => Promise.reject(new Error('asked')));
  const { status, body } = await call('POST', `${path}/refresh`);
  expect([status, body.error.code]).toEqual([422, 'PATROL_NOT_IN_PROGRESS']);
});

test('against marks, adds, hand-in and other refreshes no mark is lost and nobody is twice on the list', async () => {
  const ask = askOverRest(call);
  for (let round = 0; round < 25; round += 1) {
    const { path, patrol, entries } = await started();
    const { patrol_id } = patrol;
    grant(...entries);
    const half = entries.filter((_, at) => at % 2 === 0);
    const [newcomer] = NEWCOMERS;
    const answers = await Promise.all([
      ...half.map(({ patrol_entry_id }) =>
        ask('UpdatePatrolEntry', { patrol_id, patrol_entry_id, is_present: true }),
      ),
      ask('RefreshPatrol', { patrol_id }),
      ask('AddPatrolEntry', { patrol_id, user_id: newcomer?.user_id, room: '1' }),
      ask('RefreshPatrol', { patrol_id }),
      ...(round % 3 === 0 ? [ask('UpdatePatrol', { patrol_id, status: 'completed' })] : []),
    ]);
    const after = (await call('GET', path)).body;
    const served = answers.slice(0, half.length).map(({ code }) => code === 'OK');
    for (const [at, entry] of half.entries()) {
      if (served[at]) expect(entryOf(after.entries, entry)).toMatchObject({ is_present: true });
    }
    for (const { code } of answers) expect(['OK', 'PATROL_NOT_IN_PROGRESS']).toContain(code);
    const ids = after.entries.map(({ user_id }: PatrolEntry) => user_id);
    expect(new Set(ids).size).toBe(ids.length);
    if (after.status === 'completed') {
      const changed = after.entries.filter(({ updated_at }: PatrolEntry) => updated_at > after.submitted_at);
      expect(changed).toEqual([]);
    } else {
      const unchecked = after.entries.filter(({ is_present }: PatrolEntry) => is_present === null);
      expect(unchecked.map(({ user_id }: PatrolEntry) => user_id)).toEqual([newcomer?.user_id]);
    }
    await campus.sql('delete from patrols');
  }
}, 60_000);
