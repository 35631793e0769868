import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { EDUCATOR, PERIOD, student, walkEvenings } from '../attendance-evenings.ts';
import { startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  await walkEvenings(campus);
});
afterAll(() => campus.close());
afterEach(() => campus.auth.restore());

const counts = (...of: number[]) => ({
  ...{ present_count: of[0], absent_by_leave_count: of[1], absent_with_reason_count: of[2] },
  ...{ unexplained_count: of[3], unchecked_count: of[4] },
});

test('with auth-service down no name is known, and the report is whole all the same', async () => {
  const down = async () => Promise.reject(Object.assign(new Error('down'), { code: 14 }));
  campus.auth.replace('GetUserInfo', down);
  campus.auth.replace('GetUsers', down);
  const { status, body } = await call('GET', `/patrols/report?${PERIOD}`);
  expect(status).toBe(200);
  expect(body.patrols.map((row: { patrol_by_name: null }) => row.patrol_by_name)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(body.students.map((row: { user_name: null }) => row.user_name)).toEqual(Array(6).fill(null));
});

test('every entry is counted once, as one kind, by patrol and by student, most unexplained first', async () => {
  const { body } = await call('GET', `/patrols/report?${PERIOD}`);
  expect(body).toEqual({
    date_from: '2025-12-01',
    date_to: '2025-12-03',
    patrols: [
      { date: '2025-12-02', building: '9', entrance: 2, entries_count: 2, ...counts(0, 0, 0, 2, 0) },
      { date: '2025-12-01', building: '8', entrance: 1, entries_count: 6, ...counts(1, 2, 1, 1, 1) },
      { date: '2025-12-02', building: '8', entrance: 1, entries_count: 3, ...counts(3, 0, 0, 0, 0) },
      { date: '2025-12-03', building: '9', entrance: 2, entries_count: 0, ...counts(0, 0, 0, 0, 0) },
    ].map((patrol) => ({
      ...patrol,
      ...{ patrol_id: expect.any(String), patrol_by: EDUCATOR, patrol_by_name: null, status: 'completed' },
      submitted_at: `${patrol.date}T20:15:00.000Z`,
    })),
    students: [
      { user_id: student(6), evenings_count: 2, ...counts(0, 0, 0, 2, 0) },
      { user_id: student(4), evenings_count: 2, ...counts(0, 1, 0, 1, 0) },
      { user_id: student(5), evenings_count: 1, ...counts(0, 0, 1, 0, 0) },
      { user_id: student(3), evenings_count: 2, ...counts(1, 1, 0, 0, 0) },
      { user_id: student(1), evenings_count: 2, ...counts(2, 0, 0, 0, 0) },
      { user_id: student(2), evenings_count: 2, ...counts(1, 0, 0, 0, 1) },
    ].map((row) => ({ ...row, user_name: null })),
  });
  const total = (rows: Record<string, number>[], field: string) =>
    rows.reduce((sum, row) => sum + (row[field] ?? 0), 0);
  for (const field of Object.keys(counts()))
    expect([field, total(body.students, field)]).toEqual([field, total(body.patrols, field)]);
  expect(total(body.students, 'evenings_count')).toBe(total(body.patrols, 'entries_count'));
});

test('an entrance asked for has its own patrols alone, and students as they were there', async () => {
  const { body } = await call('GET', `/patrols/report?${PERIOD}&building=9&entrance=2`);
  expect(body.patrols).toHaveLength(2);
  expect(body.students).toMatchObject([
    { user_id: student(4), evenings_count: 1, unexplained_count: 1 },
    { user_id: student(6), evenings_count: 1, unexplained_count: 1 },
  ]);
});

test.each([
  ['nothing', '', ['date_from', 'date_to']],
  ['an end before the beginning', 'date_from=2025-12-02&date_to=2025-12-01', ['date_to']],
  ['367 days', 'date_from=2024-01-01&date_to=2025-01-01', ['date_to']],
  ['no days', 'date_from=2025-02-30&date_to=x', ['date_from', 'date_to']],
  [
    'all at once',
    'date_from=x&building=7&entrance=9&format=pdf&x=1',
    ['building', 'date_from', 'date_to', 'entrance', 'format', 'x'],
  ],
])('%s is a VALIDATION_ERROR that names its fields', async (_, query, fields) => {
  const answer = await call('GET', `/patrols/report?${query}`);
  expectError(answer, 'VALIDATION_ERROR');
  expect(answer.body.error.details.map(({ field }: { field: string }) => field).toSorted()).toEqual(fields);
  for (const { message } of answer.body.error.details) expect(message).toMatch(/[а-яё]/i);
});

test('366 days are a period', async () => {
  const { status, body } = await call('GET', '/patrols/report?date_from=2024-01-01&date_to=2024-12-31');
  expect([status, body.patrols, body.students]).toEqual([200, [], []]);
});
