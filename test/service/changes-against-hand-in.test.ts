import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { ErrorCode } from '../../lib/errors.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { bearer, startTestService } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { type Answer, type Call, type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let patrol: PatrolWithEntries;
let path: string;

beforeAll(async () => {
  campus = await startTestService();
  const speak = await restClient(campus.url);
  // A student on patrol may do all of this, and deletes only what is theirs and still in progress.
  const authorization = await bearer('student_patrol');
  call = (method, to, more?: Call) => speak(method, to, { authorization, ...more });
});
afterAll(() => campus.close());
beforeEach(async () => {
  await campus.sql('delete from patrols');
  const body = { date: '2025-12-01', building: '8', entrance: 1 };
  patrol = (await call('POST', '/patrols', { body })).body;
  path = `/patrols/${patrol.patrol_id}`;
});

const student = { user_id: '99999999-0000-4000-8000-000000000001', room: '7' };
const entryPath = () => `${path}/${patrol.entries[0]?.patrol_entry_id}`;
const handIn = () => call('PATCH', path, { body: { status: 'completed' } });

/** Each change, what refuses it once the patrol is handed in, and the students of the patrol if it came first. */
const changes: [string, () => Promise<Answer>, ErrorCode, (before: readonly string[]) => string[]][] = [
  [
    'adding an entry',
    () => call('POST', path, { body: student }),
    'PATROL_NOT_IN_PROGRESS',
    (before) => [...before, student.user_id],
  ],
  ['removing an entry', () => call('DELETE', entryPath()), 'PATROL_NOT_IN_PROGRESS', ([, ...rest]) => rest],
  [
    'marking an entry',
    () => call('PATCH', entryPath(), { body: { is_present: true } }),
    'PATROL_NOT_IN_PROGRESS',
    (before) => [...before],
  ],
];
const deletion: (typeof changes)[number] = [
  'deleting the patrol',
  () => call('DELETE', path),
  'FORBIDDEN',
  () => [],
];

describe('whatever comes while a patrol is being handed in waits for that, and is then refused', () => {
  test.each([...changes, deletion])('%s', async (_name, change, refusal) => {
    const [completed, changed] = await oneAfterTheOther(handIn, change);
    expect([completed.status, completed.body.status]).toEqual([200, 'completed']);
    expect(changed.body?.error?.code).toBe(refusal);
    expect((await call('GET', path)).body).toEqual(completed.body);
    expect(completed.body.entries).toEqual(patrol.entries);
  });
});

describe('handing in waits for what is under way', () => {
  test.each(changes)('%s: the answer shows it', async (_name, change, _refusal, after) => {
    const [changed, completed] = await oneAfterTheOther(change, handIn);
    expect(changed.status).toBeLessThan(300);
    const students = completed.body.entries.map(({ user_id }: { user_id: string }) => user_id);
    expect(students.toSorted()).toEqual(after(patrol.entries.map(({ user_id }) => user_id)).toSorted());
    expect((await call('GET', path)).body).toEqual(completed.body);
  });

  test('deleting the patrol: there is none to hand in', async () => {
    const [deleted, completed] = await oneAfterTheOther(() => call('DELETE', path), handIn);
    expect([deleted.status, completed.body.error.code]).toEqual([204, 'PATROL_NOT_FOUND']);
  });
});

/**
 * Sends the second request when the first has done its work and has yet to commit, and lets both go on when both wait.
 * The audit trail is held for it: triggers write it last, in the transaction of the change itself.
 */
async function oneAfterTheOther(first: () => Promise<Answer>, second: () => Promise<Answer>) {
  const other = new pg.Client({ connectionString: campus.config.databaseUrl });
  await other.connect();
  try {
    await other.query('begin');
    await other.query('lock table audit_trail in share row exclusive mode');
    const firstAnswer = first();
    await untilWaiting(campus, 1);
    const secondAnswer = second();
    await untilWaiting(campus, 2);
    await other.query('commit');
    return await Promise.all([firstAnswer, secondAnswer]);
  } finally {
    await other.end();
  }
}
