import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { residentFor, settleCampus } from '../../infra/local/campus.ts';
import { bearer, bearerWith, startTestService } from '../campus.ts';
import { grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

/** Four requests at a time: one may be any one student's, two all students' together. */
let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
/** Lets all starts go on that wait for auth-service. */
let release: () => void;
/** Settles when so many starts wait. */
let waiting: (count: number) => Promise<void>;

const boy = residentFor('student_patrol');
const girl = settleCampus().find(
  ({ building, roles }) => building === '9' && roles.includes('student_patrol'),
);

beforeEach(async () => {
  campus = await startTestService({ environment: { MAX_REQUESTS_IN_FLIGHT: '4' } });
  call = await restClient(campus.url);
  const gate = Promise.withResolvers<void>();
  release = () => gate.resolve();
  let asked = 0;
  let look = () => {};
  campus.auth.replace('GetUsers', async () => {
    asked += 1;
    look();
    await gate.promise;
    return { users: [], total: 0, page: 1, size: 100, pages: 0 };
  });
  waiting = (count) =>
    new Promise((resolve) => {
      look = () => asked >= count && resolve();
      look();
    });
});
afterEach(async () => {
  release();
  await campus.close();
});

async function start(student: typeof girl, date = '2025-12-01') {
  if (!student) throw new Error('no student is on patrol there');
  const authorization = await bearerWith({ sub: student.user_id, roles: student.roles });
  const { building, entrance } = student;
  return call('POST', '/patrols', { authorization, body: { date, building, entrance } });
}

test('one student holds no more than their share of what is served at a time, over REST and gRPC', async () => {
  const held = start(boy);
  await waiting(1);
  const refused = await start(boy, '2025-12-02');
  expect([refused.status, refused.body.error.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  const rpc = await grpcClient(campus.service.grpcPort);
  const authorization = await bearerWith({ sub: boy.user_id, roles: boy.roles });
  expect((await rpc.call('ListPatrols', {}, { metadata: { authorization } })).code).toBe(14);
  rpc.close();
  expect((await call('GET', '/patrols')).status).toBe(200);
  release();
  expect((await held).status).toBe(201);
});

test('all students together hold no more than half; the staff is served all the same', async () => {
  const held = [start(boy), start(girl)];
  await waiting(2);
  const authorization = await bearer('student_head');
  expect((await call('GET', '/patrols', { authorization })).status).toBe(503);
  expect((await call('GET', '/patrols')).status).toBe(200);
  release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([201, 201]);
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
});

test('whoever auth-service calls a student is counted as one, whatever their token leaves out', async () => {
  const held = [start(boy), start(girl)];
  await waiting(2);
  const { user_id } = residentFor('student_head');
  const authorization = await bearerWith({ sub: user_id, roles: undefined });
  expect((await call('GET', '/patrols', { authorization })).status).toBe(503);
  release();
  await Promise.all(held);
  expect((await call('GET', '/patrols', { authorization })).status).toBe(200);
});

test('who turns out to be a student has no more than a student’s share, whatever their token says', async () => {
  const confirmed = Promise.withResolvers<void>();
  campus.auth.replace('ValidateToken', async () => {
    await confirmed.promise;
    return { valid: true, ...boy };
  });
  const authorization = await bearerWith({ sub: boy.user_id, roles: ['educator'] });
  const lists = [1, 2, 3].map(() => call('GET', '/patrols', { authorization }));
  // All three are in before anybody knows whose they are.
  const metrics = async () => (await fetch(`${campus.url}/metrics`)).text();
  while (!/^http_server_active_requests\{[^}]*GET[^}]*\} 4$/m.test(await metrics()));
  confirmed.resolve();
  const statuses = (await Promise.all(lists)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 503, 503]);
});
