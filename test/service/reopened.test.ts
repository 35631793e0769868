import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { residentFor } from '../../infra/local/campus.ts';
import { bearer, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let head: string;
let day = 0;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  head = await bearer('educator_head');
});
afterAll(() => campus.close());

async function handedIn() {
  day += 1;
  const date = new Date(Date.UTC(2024, 0, day)).toISOString().slice(0, 10);
  const { body } = await call('POST', '/patrols', { body: { date, building: '8', entrance: 4 } });
  const path = `/patrols/${body.patrol_id}`;
  await call('PATCH', path, { body: { status: 'completed' } });
  return { path, entryPath: `${path}/${body.entries[0].patrol_entry_id}` };
}

const reopen = (path: string, reason = 'вернулся в 23:40') =>
  call('POST', `${path}/reopen`, { authorization: head, body: { reason } });

test('a patrol that is opened again is corrected and handed in anew; the trail says who, when and why', async () => {
  const { path, entryPath } = await handedIn();
  expect((await call('PATCH', entryPath, { body: { is_present: true } })).status).toBe(422);
  const { status, body } = await reopen(path, ' вернулся в 23:40 ');
  expect([status, body.status, body.submitted_at]).toEqual([200, 'in_progress', null]);
  expect((await call('PATCH', entryPath, { body: { is_present: true } })).status).toBe(200);
  const again = await call('PATCH', path, { body: { status: 'completed' } });
  expect(again.body.submitted_at).not.toBeNull();
  const { body: trail } = await call('GET', `${path}/audit`, { authorization: head });
  expect(trail.items.map(({ action }: { action: string }) => action)).toEqual([
    ...['patrol_started', 'entries_added', 'patrol_completed', 'patrol_reopened', 'entry_marked'],
    'patrol_completed',
  ]);
  expect(trail.items[3]).toMatchObject({
    user_id: residentFor('educator_head').user_id,
    before: { status: 'completed' },
    after: { status: 'in_progress', submitted_at: null, reason: 'вернулся в 23:40' },
  });
  expect(trail.items[5].after.reason).toBeUndefined();
});

test('opening one in progress is refused, twice too', async () => {
  const { path } = await handedIn();
  const answers = await Promise.all([reopen(path), reopen(path), reopen(path)]);
  const codes = answers.map(({ status, body }) => (status === 200 ? 'OK' : body.error.code)).toSorted();
  expect(codes).toEqual(['OK', 'PATROL_NOT_COMPLETED', 'PATROL_NOT_COMPLETED']);
});

test('against a deletion either it is gone, or it was opened before', async () => {
  for (let round = 0; round < 25; round += 1) {
    const { path } = await handedIn();
    const [opened, deleted] = await Promise.all([reopen(path), call('DELETE', path)]);
    expect(deleted.status).toBe(204);
    expect([200, 404]).toContain(opened.status);
    expect((await call('GET', path)).status).toBe(404);
  }
});

test('several marks against a completion and a reopening: all of them or none, and none after it was handed in', async () => {
  for (let round = 0; round < 25; round += 1) {
    const { path } = await handedIn();
    await reopen(path);
    const { entries } = (await call('GET', path)).body;
    const marks = entries.map(({ patrol_entry_id }: { patrol_entry_id: string }) => ({
      ...{ patrol_entry_id, is_present: true },
    }));
    const [marked] = await Promise.all([
      call('PATCH', `${path}/entries`, { body: { marks } }),
      call('PATCH', path, { body: { status: 'completed' } }),
    ]);
    const after = (await call('GET', path)).body;
    expect(after.present_count).toBe(marked.status === 200 ? entries.length : 0);
    for (const { updated_at } of after.entries) expect(updated_at <= after.submitted_at).toBe(true);
  }
});

test('the figures know it', async () => {
  const { path } = await handedIn();
  const count = async () => {
    const text = await (await fetch(`${campus.url}/metrics`)).text();
    return Number(/^patrol_reopened_total\{[^}]*building="8",entrance="4"\} (\d+)/m.exec(text)?.[1]);
  };
  const before = await count();
  await reopen(path);
  expect(await count()).toBe(before + 1);
});
