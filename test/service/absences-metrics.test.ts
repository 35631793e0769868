import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { PatrolEntry } from '../../lib/patrols/schemas.ts';
import { EVENING, startTestService } from '../campus.ts';
import { scrapeOf, seriesOf, sumOf } from '../metrics-text.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const ABSENCES = 'patrol_absences';
const here = { building: '9', entrance: '1' };

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());
afterEach(async () => {
  campus.applications.restore();
  campus.clock.now = EVENING;
  await campus.sql('delete from patrols');
});

/** Starts a patrol in which one is away until 23:00, and gives its path and who is still to be checked. */
async function started(date = '2025-12-01') {
  const { body: covered } = await call('GET', `/patrols/coverage?date=${date}`);
  const { user_id } = covered.on_no_list.find(
    (minor: { building: string; entrance: number }) => minor.building === '9' && minor.entrance === 1,
  );
  campus.applications.replace('GetApprovedLeaves', async (asked) => ({
    records: [
      {
        ...{ user_id, user_name: '', room: '', reason: 'поездка' },
        ...{ leave_time: `${asked.date}T10:00:00Z`, return_time: `${date}T20:00:00Z` },
      },
    ],
  }));
  const { body } = await call('POST', '/patrols', { body: { date, building: '9', entrance: 1 } });
  const unchecked: PatrolEntry[] = body.entries.filter(({ is_present }: PatrolEntry) => is_present === null);
  const mark = (entry: PatrolEntry | undefined, is_present: boolean, absence_reason: string | null = null) =>
    call('PATCH', `/patrols/${body.patrol_id}/${entry?.patrol_entry_id}`, {
      body: { is_present, absence_reason },
    });
  const away: PatrolEntry = body.entries.find((entry: PatrolEntry) => entry.user_id === user_id);
  return { mark, unchecked, away };
}

const count = async (kind: string) => sumOf(await scrapeOf(campus.url), ABSENCES, { ...here, kind });

test('every entrance has a series of each kind, zeros included', async () => {
  const metrics = await scrapeOf(campus.url);
  for (const kind of ['unexplained', 'overdue']) {
    expect(seriesOf(metrics, ABSENCES, { kind })).toHaveLength(8);
    expect(sumOf(metrics, ABSENCES, { kind })).toBe(0);
  }
});

test('whoever is absent without a reason is unexplained, until one is given or they are in', async () => {
  const { mark, unchecked } = await started();
  await mark(unchecked[0], false);
  await mark(unchecked[1], false);
  await mark(unchecked[2], false, 'у врача');
  await mark(unchecked[3], true);
  expect(await count('unexplained')).toBe(2);
  expect(sumOf(await scrapeOf(campus.url), ABSENCES)).toBe(2);
  await mark(unchecked[0], false, 'звонила мама');
  await mark(unchecked[1], true);
  expect(await count('unexplained')).toBe(0);
});

test('whose leave is over is overdue from that moment on, by the clock of the service, until they are in', async () => {
  const { mark, away } = await started();
  campus.clock.now = new Date('2025-12-01T19:59:59Z');
  expect(await count('overdue')).toBe(0);
  campus.clock.now = new Date('2025-12-01T20:00:00Z');
  expect(await count('overdue')).toBe(1);
  expect(await count('unexplained')).toBe(0);
  await mark(away, true);
  expect(await count('overdue')).toBe(0);
});

test('an absence without a reason is not overdue as well, whatever leave there was', async () => {
  const { mark, away } = await started();
  await mark(away, false);
  campus.clock.now = new Date('2025-12-01T20:30:00Z');
  expect([await count('unexplained'), await count('overdue')]).toEqual([1, 0]);
});

test('absences of other evenings are not looked for tonight', async () => {
  const { mark, unchecked } = await started('2025-11-30');
  await mark(unchecked[0], false);
  expect([await count('unexplained'), await count('overdue')]).toEqual([0, 0]);
  campus.clock.now = new Date('2025-12-01T02:59:59Z');
  expect([await count('unexplained'), await count('overdue')]).toEqual([1, 1]);
});
