import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
beforeEach(() => campus.sql('delete from patrols'));

/** Days of their own, so that no round meets another. */
const dayOf = (round: number) => new Date(Date.UTC(2020, 0, 1 + round)).toISOString().slice(0, 10);

test('of eight starts at once for one entrance and evening, exactly one is 201 and the others 409', async () => {
  for (let round = 0; round < 25; round += 1) {
    const body = { date: dayOf(round), building: '8', entrance: 1 };
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('POST', '/patrols', { body })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
  }
  const [rows] = await campus.sql<{ patrols: string; orphans: string }>(`
    select count(*) as patrols, (
      select count(*) from patrol_entries where patrol_id not in (select patrol_id from patrols)
    ) as orphans from patrols
  `);
  expect(rows).toEqual({ patrols: '25', orphans: '0' });
});

test('a mark never lands in a completed patrol, and the answer to handing in shows every mark that landed', async () => {
  for (let round = 0; round < 40; round += 1) {
    const body = { date: dayOf(round), building: '9', entrance: 2 };
    const { body: patrol } = await call('POST', '/patrols', { body });
    const path = `/patrols/${patrol.patrol_id}`;
    const marks = patrol.entries.map(
      (entry: { patrol_entry_id: string }) => () =>
        call('PATCH', `${path}/${entry.patrol_entry_id}`, { body: { is_present: true } }),
    );
    // Handing in is sent in the middle of the marks, a little later each round.
    marks.splice(round % marks.length, 0, () => call('PATCH', path, { body: { status: 'completed' } }));
    const answers = await Promise.all(marks.map((send: () => ReturnType<RestClient>) => send()));
    const completed = answers.find(({ body: answer }) => answer.status === 'completed')?.body;
    const landed = answers.filter(({ status, body: answer }) => status === 200 && answer.patrol_entry_id);
    const refused = answers.filter(({ status }) => status === 422);
    expect(landed.length + refused.length).toBe(patrol.entries.length);
    for (const { body: entry } of landed) {
      expect(completed.entries).toContainEqual(entry);
      expect(entry.checked_at <= completed.submitted_at).toBe(true);
    }
    expect((await call('GET', path)).body).toEqual(completed);
  }
  const late = await campus.sql(`
    select patrol_entry_id from patrol_entries join patrols using (patrol_id)
    where greatest(checked_at, patrol_entries.updated_at) > submitted_at
  `);
  expect(late).toEqual([]);
});

test('a mark waits for a hand-in that is under way, and is then refused', async () => {
  const { body: patrol } = await call('POST', '/patrols', {
    body: { date: '2011-01-01', building: '8', entrance: 1 },
  });
  const other = new pg.Client({ connectionString: campus.config.databaseUrl });
  await other.connect();
  await other.query('begin');
  await other.query("update patrols set status = 'completed', submitted_at = now() where patrol_id = $1", [
    patrol.patrol_id,
  ]);
  const marking = call('PATCH', `/patrols/${patrol.patrol_id}/${patrol.entries[0].patrol_entry_id}`, {
    body: { is_present: true },
  });
  for (let waiting: unknown[] = []; waiting.length === 0; ) {
    waiting = await campus.sql(
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
  }
  await other.query('commit');
  await other.end();
  expect((await marking).body.error.code).toBe('PATROL_NOT_IN_PROGRESS');
});

test('handing in twice at once completes once', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { body: patrol } = await call('POST', '/patrols', {
      body: { date: dayOf(round), building: '8', entrance: 3 },
    });
    const handIn = () => call('PATCH', `/patrols/${patrol.patrol_id}`, { body: { status: 'completed' } });
    const statuses = (await Promise.all([handIn(), handIn()])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 422]);
  }
});

test('adding the same student twice at once adds one', async () => {
  const { body: patrol } = await call('POST', '/patrols', {
    body: { date: '2011-01-02', building: '8', entrance: 1 },
  });
  const body = { user_id: '99999999-0000-4000-8000-000000000001', room: '7' };
  const add = () => call('POST', `/patrols/${patrol.patrol_id}`, { body });
  const statuses = (await Promise.all(Array.from({ length: 6 }, add))).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([201, ...Array(5).fill(409)]);
});
