import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());

/** Every filter's total must be what counting the rows gives. */
async function expectRightTotals(): Promise<void> {
  const patrols = await campus.sql<{ building: string; entrance: number; status: string }>(
    'select building, entrance, status from patrols',
  );
  const filters = ['8', '9'].flatMap((building) =>
    ['in_progress', 'completed'].map((status) => ({ building, entrance: 2, status })),
  );
  for (const { building, entrance, status } of filters) {
    const query = `/patrols?building=${building}&entrance=${entrance}&status=${status}`;
    const wanted = patrols.filter(
      (patrol) => patrol.building === building && patrol.entrance === entrance && patrol.status === status,
    );
    expect([query, (await call('GET', query)).body.total]).toEqual([query, wanted.length]);
  }
  expect((await call('GET', '/patrols')).body.total).toBe(patrols.length);
}

test('the total of a list is right after every change, whoever made it, and after none', async () => {
  await expectRightTotals();
  const places = ['8', '9'].flatMap((building) =>
    ['2025-12-01', '2025-12-02', '2025-10-03'].map((date) => ({ date, building, entrance: 2 })),
  );
  const started = await Promise.all(places.map((body) => call('POST', '/patrols', { body })));
  const ids: string[] = started.map(({ body }) => body.patrol_id);
  await expectRightTotals();
  await Promise.all(
    ids.slice(0, 4).map((id) => call('PATCH', `/patrols/${id}`, { body: { status: 'completed' } })),
  );
  await expectRightTotals();
  expect((await call('DELETE', `/patrols/${ids[0]}`)).status).toBe(204);
  expect((await call('DELETE', `/patrols/${ids[5]}`)).status).toBe(204);
  await expectRightTotals();
  await campus.sql("update patrols set building = '9', date = date + 100 where building = '8'");
  await expectRightTotals();
  await campus.sql('begin; delete from patrols; rollback');
  await expectRightTotals();
  // A place that is taken starts nothing, and counts for nothing.
  expect((await call('POST', '/patrols', { body: places[4] })).status).toBe(409);
  await expectRightTotals();
  await campus.sql('truncate patrols cascade');
  await expectRightTotals();
});

test('starts and hand-ins of one entrance at once wait for each other and never for ever', async () => {
  const dates = Array.from({ length: 20 }, (_, day) => `2024-03-${String(day + 1).padStart(2, '0')}`);
  const evening = async (date: string) => {
    const { body } = await call('POST', '/patrols', { body: { date, building: '8', entrance: 2 } });
    return (await call('PATCH', `/patrols/${body.patrol_id}`, { body: { status: 'completed' } })).status;
  };
  expect(new Set(await Promise.all(dates.map(evening)))).toEqual(new Set([200]));
  await expectRightTotals();
});
