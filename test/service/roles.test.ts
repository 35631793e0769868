import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { ROLES, type Role } from '../../lib/auth/roles.ts';
import { isOnRest } from '../../lib/operation.ts';
import { bearer, bearerWith, startTestService } from '../campus.ts';
import { type RestClient, restClient } from '../rest-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
});
afterAll(() => campus.close());

const readers: Role[] = ['student_patrol', 'student_head', 'educator', 'educator_head', 'admin'];
const patrollers: Role[] = ['student_patrol', 'educator', 'educator_head', 'admin'];
const id = randomUUID();
const staff: Role[] = ['educator', 'educator_head', 'admin'];
const heads: Role[] = ['educator_head', 'admin'];
const body = { is_present: true };

/** Written out from the contract, not read from the code: a request of each operation, and who may. */
const table: Record<string, [Role[], string, string, object?]> = {
  ListPatrols: [readers, 'GET', '/patrols'],
  GetPatrolDetails: [readers, 'GET', `/patrols/${id}`],
  GetPatrolEntry: [readers, 'GET', `/patrols/${id}/${id}`],
  CreatePatrol: [patrollers, 'POST', '/patrols', { date: '2025-12-01', building: '8', entrance: 1 }],
  UpdatePatrol: [patrollers, 'PATCH', `/patrols/${id}`, { status: 'completed' }],
  DeletePatrol: [patrollers, 'DELETE', `/patrols/${id}`],
  AddPatrolEntry: [patrollers, 'POST', `/patrols/${id}`, { user_id: id, room: '1' }],
  UpdatePatrolEntry: [patrollers, 'PATCH', `/patrols/${id}/${id}`, body],
  MarkPatrolEntries: [
    patrollers,
    'PATCH',
    `/patrols/${id}/entries`,
    { marks: [{ patrol_entry_id: id, is_present: true }] },
  ],
  DeletePatrolEntry: [patrollers, 'DELETE', `/patrols/${id}/${id}`],
  GetPatrolAudit: [heads, 'GET', `/patrols/${id}/audit`],
  ListAudit: [heads, 'GET', '/patrols/audit'],
  RefreshPatrol: [patrollers, 'POST', `/patrols/${id}/refresh`],
  ReopenPatrol: [heads, 'POST', `/patrols/${id}/reopen`, { reason: 'ошибка' }],
  ListAbsentees: [staff, 'GET', `/patrols/${id}/absentees`],
  GetCoverage: [staff, 'GET', '/patrols/coverage'],
  WatchPatrols: [readers, 'GET', '/patrols/events'],
  GetAttendanceReport: [staff, 'GET', '/patrols/report?date_from=2025-12-01&date_to=2025-12-01'],
};

test('every operation of REST is in the table', () => {
  expect(Object.keys(table).toSorted()).toEqual(
    operations
      .filter(isOnRest)
      .map(({ name }) => name)
      .toSorted(),
  );
});

test.each(Object.entries(table))(
  '%s is for its roles and no others',
  async (_name, [allowed, method, path, sent]) => {
    for (const role of ROLES) {
      const answer = await call(method, path, {
        authorization: await bearer(role),
        ...(sent && { body: sent }),
      });
      expect([role, answer.status === 403]).toEqual([role, !allowed.includes(role)]);
    }
  },
);

test.each([[[]], [['student']], [['janitor', '__proto__']]])(
  'somebody whose roles are %j gets nothing',
  async (roles) => {
    const answer = await call('GET', '/patrols', { authorization: await bearerWith({ roles }) });
    expect(answer.body.error.code).toBe('FORBIDDEN');
  },
);

test('a student on patrol deletes their own patrol in progress, and no other', async () => {
  const student = await bearer('student_patrol');
  const start = async (date: string, authorization: string) =>
    (await call('POST', '/patrols', { authorization, body: { date, building: '8', entrance: 1 } })).body;
  const own = await start('2025-11-28', student);
  const handedIn = await start('2025-11-29', student);
  await call('PATCH', `/patrols/${handedIn.patrol_id}`, { body: { status: 'completed' } });
  const another = await start('2025-11-30', await bearer('educator'));
  const deleting = async (patrol: { patrol_id: string }) =>
    (await call('DELETE', `/patrols/${patrol.patrol_id}`, { authorization: student })).status;
  expect(await Promise.all([own, handedIn, another].map(deleting))).toEqual([204, 403, 403]);
  expect((await call('GET', `/patrols/${another.patrol_id}`)).status).toBe(200);
  expect((await call('DELETE', `/patrols/${handedIn.patrol_id}`)).status).toBe(204);
});
