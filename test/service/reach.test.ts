import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import type { Caller } from '../../lib/auth/caller.ts';
import type { Reach, WithinReach } from '../../lib/auth/reach.ts';
import type { PatrolId } from '../../lib/campus-types.ts';
import { invoke } from '../../lib/invoke.ts';
import type { PatrolStore } from '../../lib/patrols/patrol-store.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { bearer, bearerWith, NOBODY, openTestContext } from '../campus.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;
let student: { authorization: string };
let other: PatrolWithEntries;

beforeAll(async () => {
  campus = await openTestContext();
  student = { authorization: await bearer('student_patrol') };
  const start = operations.find(({ name }) => name === 'CreatePatrol');
  const input = { date: '2025-12-01', building: '9', entrance: 3 };
  const credentials = { authorization: await bearer('educator') };
  if (start) other = (await invoke(start, campus.context, { input, credentials })) as PatrolWithEntries;
});
afterAll(() => campus.close());

test('no operation that takes a patrol’s id lets a student beyond the entrance they live in', async () => {
  const entry = { patrol_entry_id: other.entries[0]?.patrol_entry_id };
  // Whatever an operation may ask for besides; a new one that asks for more fails here until it is thought of.
  const known: Record<string, unknown> = {
    ...{ patrol_id: other.patrol_id, ...entry, user_id: NOBODY, room: '1', status: 'completed' },
    ...{ is_present: true, marks: [{ ...entry, is_present: true }] },
  };
  const ofPatrol = operations.filter(({ input }) => 'patrol_id' in input.properties);
  expect(ofPatrol.length).toBeGreaterThan(7);
  for (const operation of ofPatrol.filter(({ roles }) => roles.includes('student_patrol'))) {
    const fields = Object.keys(operation.input.properties).filter((field) => field in known);
    const input = Object.fromEntries(fields.map((field) => [field, known[field]]));
    await expect(invoke(operation, campus.context, { input, credentials: student })).rejects.toMatchObject({
      code: 'PATROL_NOT_FOUND',
    });
  }
  const [left] = await campus.sql(
    'select entries_count from (select count(*)::int as entries_count from patrol_entries) as counted',
  );
  expect(left?.entries_count).toBe(other.entries.length);
});

test('no operation that takes a place lets a student ask for another one', async () => {
  const known: Record<string, unknown> = { date: '2025-12-01', building: '9', entrance: 3 };
  const ofPlace = operations.filter(({ input }) => 'building' in input.properties);
  expect(ofPlace.length).toBeGreaterThan(2);
  for (const operation of ofPlace.filter(({ roles }) => roles.includes('student_patrol'))) {
    const fields = Object.keys(operation.input.properties).filter((field) => field in known);
    const input = Object.fromEntries(fields.map((field) => [field, known[field]]));
    await expect(invoke(operation, campus.context, { input, credentials: student })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  }
});

test('who is a student and staff reaches the whole campus; a student whom auth-service knows no entrance for reaches none', async () => {
  const read = operations.find(({ name }) => name === 'GetPatrolDetails');
  if (!read) throw new Error('no such operation');
  const input = { patrol_id: other.patrol_id };
  const sub = residentFor('student_patrol').user_id;
  const both = await bearerWith({ sub, roles: ['student_patrol', 'educator'] });
  const answer = invoke(read, campus.context, { input, credentials: { authorization: both } });
  await expect(answer).resolves.toMatchObject(input);
  const nowhere = await bearerWith({ sub: NOBODY, roles: ['student_head'] });
  const refused = invoke(read, campus.context, { input, credentials: { authorization: nowhere } });
  await expect(refused).rejects.toMatchObject({ code: 'PATROL_NOT_FOUND' });
});

test.each([
  ['an entrance that no smallint holds', '9', 40_000],
  ['an entrance below one', '9', -3],
  ['a building with NUL', '9\0', 3],
  ['a building that is a sentence', "9' or true --", 3],
])('a student of whom auth-service says %s reaches none', async (_what, building, entrance) => {
  const list = operations.find(({ name }) => name === 'ListPatrols');
  const read = operations.find(({ name }) => name === 'GetPatrolDetails');
  if (!list || !read) throw new Error('no such operation');
  const { user_id } = residentFor('student_patrol');
  campus.auth.replace('ValidateToken', async () => ({
    valid: true,
    user_id,
    roles: ['student_patrol'],
    building,
    entrance,
  }));
  try {
    const listed = await invoke(list, campus.context, { input: {}, credentials: student });
    expect(listed).toMatchObject({ total: 0, items: [] });
    const input = { patrol_id: other.patrol_id };
    const answer = invoke(read, campus.context, { input, credentials: student });
    await expect(answer).rejects.toMatchObject({ code: 'PATROL_NOT_FOUND' });
  } finally {
    campus.auth.restore();
  }
});

test('a store function without a reach, and a call of one, do not compile', () => {
  const forgetful: WithinReach<{ read(patrolId: PatrolId): void; list(reach: Reach): void }> = {
    // @ts-expect-error it takes no reach
    read: () => {},
    list: () => {},
  };
  expect(forgetful).toBeDefined();
  const forgotten = (patrols: PatrolStore, patrolId: PatrolId, caller: Caller) => [
    // @ts-expect-error no reach
    () => patrols.read(patrolId),
    // @ts-expect-error a reach that nobody made from roles and a home
    () => patrols.read({ only: null }, patrolId),
    // @ts-expect-error a place that was not found within the caller's reach
    () => patrols.start(caller, { date: '2025-12-01', building: '8', entrance: 1, entries: [] }),
    (reach: Reach) => patrols.read(reach, patrolId),
  ];
  expect(forgotten).toBeInstanceOf(Function);
});
