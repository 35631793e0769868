import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { residentFor, settleCampus } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { invoke } from '../../lib/invoke.ts';
import { withSignal } from '../../lib/telemetry/trace-identity.ts';
import { bearer, bearerWith, NOBODY, openTestContext, startTestService, type TestCampus } from '../campus.ts';
import { expectRpcError, type GrpcClient, grpcClient } from '../grpc-client.ts';

const asked = (campus: TestCampus, rpc = 'ValidateToken') =>
  campus.auth.calls.filter(({ method }) => method === rpc).length;

/** Has auth-service keep everybody waiting about tokens: resolves `asked` when it is asked, answers after `release`. */
function holdTokens(campus: TestCampus) {
  const question = Promise.withResolvers<void>();
  const hold = Promise.withResolvers<void>();
  campus.auth.replace('ValidateToken', async () => {
    question.resolve();
    await hold.promise;
    return { valid: true, user_id: residentFor('educator').user_id, roles: ['educator'] };
  });
  return { asked: question.promise, release: () => hold.resolve() };
}

describe('requests in flight with one token', () => {
  let campus: Awaited<ReturnType<typeof openTestContext>>;
  let authorization: string;
  beforeAll(async () => {
    campus = await openTestContext({ environment: { GRPC_TIMEOUT_SECONDS: '60' } });
    authorization = await bearer('educator');
  });
  afterAll(() => campus.close());
  afterEach(() => campus.auth.restore());

  /** Begins a request, and gives its outcome to come once it waits for auth-service's word. */
  async function ask(by: { authorization?: string; signal?: AbortSignal } = {}) {
    const waits = Promise.withResolvers<void>();
    const { authentication } = campus.context;
    const confirm: typeof authentication.confirm = (claim) => {
      const confirmed = authentication.confirm(claim);
      waits.resolve();
      return confirmed;
    };
    const own = { ...campus.context, authentication: { ...authentication, confirm } };
    const request = { input: {}, credentials: { authorization: by.authorization ?? authorization } };
    const active = by.signal ? withSignal(ROOT_CONTEXT, by.signal) : ROOT_CONTEXT;
    const answer = context.with(active, () => invoke(listPatrols, own, request));
    const outcome = answer.then(
      () => 'served',
      ({ code }) => code,
    );
    await waits.promise;
    return { outcome };
  }
  const outcomes = (requests: readonly { outcome: Promise<string> }[]) =>
    Promise.all(requests.map(({ outcome }) => outcome));

  test('ask auth-service once, whatever is asked about others, and the next one asks again', async () => {
    const { release } = holdTokens(campus);
    const another = await bearerWith({ jti: 'another' });
    const requests = await Promise.all([...Array(10).fill({}), { authorization: another }].map(ask));
    release();
    expect(await outcomes(requests)).toEqual(Array(11).fill('served'));
    expect(asked(campus)).toBe(2);
    await (await ask()).outcome;
    expect(asked(campus)).toBe(3);
  });

  test.each([
    ['who asked first', 0],
    ['who came later', 1],
  ])('one %s and no longer waits takes nothing from the others', async (_name, leaving) => {
    const { asked: question, release } = holdTokens(campus);
    const callers = Array.from({ length: 3 }, () => new AbortController());
    const requests = [];
    for (const { signal } of callers) requests.push(await ask({ signal }));
    await question;
    callers[leaving]?.abort();
    release();
    const meant = callers.map(({ signal }) => (signal.aborted ? 'SERVICE_UNAVAILABLE' : 'served'));
    expect(await outcomes(requests)).toEqual(meant);
    expect(asked(campus)).toBe(1);
  });
});

describe('over gRPC', () => {
  let campus: Awaited<ReturnType<typeof startTestService>>;
  let client: GrpcClient;
  beforeAll(async () => {
    campus = await startTestService();
    client = await grpcClient(campus.service.grpcPort);
  });
  afterAll(async () => {
    client.close();
    await campus.close();
  });
  afterEach(() => campus.auth.restore());

  /** A patrol of these people alone, none of whom has been asked for by name. */
  async function patrolOf(date: string, people: readonly string[]): Promise<string> {
    const [row] = await campus.sql<{ patrol_id: string }>(
      `with patrol as (
         insert into patrols (date, building, entrance, patrol_by) values ($1, '8', 1, $2) returning patrol_id
       ), listed as (
         insert into patrol_entries (patrol_id, user_id, room) select patrol_id, unnest($3::uuid[]), '1' from patrol
       ) select patrol_id from patrol`,
      [date, residentFor('educator').user_id, people],
    );
    return row?.patrol_id ?? '';
  }

  test.each([
    ['cancelled', '2025-12-02', 60_000],
    ['reached its deadline', '2025-10-03', 500],
  ])('a caller who %s while auth-service was asked leaves nothing', async (name, date, deadlineMs) => {
    const patrol_id = await patrolOf(date, []);
    const tokens = holdTokens(campus);
    campus.logged.length = 0;
    const controller = new AbortController();
    const stranger = { patrol_id, user_id: '99999999-0000-4000-8000-000000000001', room: '7' };
    const call = client.call('AddPatrolEntry', stranger, { deadlineMs, signal: controller.signal });
    await tokens.asked;
    if (name === 'cancelled') controller.abort();
    expect([grpc.status.CANCELLED, grpc.status.DEADLINE_EXCEEDED]).toContain((await call).code);
    // The same connection: when this is answered, the service has read that the caller before it is gone.
    const gateway = { 'x-user-id': residentFor('educator').user_id, 'x-user-roles': 'educator' };
    expect((await client.call('ListPatrols', {}, { metadata: gateway })).code).toBe(grpc.status.OK);
    tokens.release();
    const finished = () => campus.logged.some(({ method }) => method === 'AddPatrolEntry');
    while (!finished()) await new Promise((resolve) => setImmediate(resolve));
    expect(await campus.sql('select 1 from patrol_entries where patrol_id = $1', [patrol_id])).toEqual([]);
  });

  test('a caller’s long deadline does not lengthen the calls made for it', async () => {
    const brief = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '1' } });
    const patient = await grpcClient(brief.service.grpcPort);
    try {
      brief.applications.replace('GetApprovedLeaves', () => new Promise(() => {}));
      const place = { date: '2025-12-01', building: '8', entrance: 1 };
      const refused = await patient.call('CreatePatrol', place, { deadlineMs: 10_000 });
      expectRpcError(refused, 'SERVICE_UNAVAILABLE');
      const calls = [...brief.auth.calls, ...brief.applications.calls];
      expect(calls.length).toBeGreaterThanOrEqual(3);
      const latest = Date.now() + 1000;
      for (const { deadline } of calls) expect(deadline?.getTime()).toBeLessThanOrEqual(latest);
    } finally {
      patient.close();
      await brief.close();
    }
  });

  test('of several people auth-service does not know one: the others have names, and nobody is asked for again', async () => {
    const stranger = NOBODY;
    const known = settleCampus().map(({ user_id }) => user_id);
    const people = [...known.slice(0, 3), stranger, ...known.slice(3, 6)];
    const patrol_id = await patrolOf('2025-10-04', people);
    // Each is asked for alone, and the stranger's is the first answer.
    const { promise: refused, resolve: refuse } = Promise.withResolvers<void>();
    campus.auth.replace('GetUsers', async () => ({ users: [], total: 0, page: 1, size: 100, pages: 0 }));
    campus.auth.replace('GetUserInfo', async ({ user_id }) => {
      if (user_id === stranger) {
        refuse();
        throw statusError(grpc.status.NOT_FOUND);
      }
      await refused;
      return { user_id, last_name: 'Иванов', first_name: user_id };
    });
    const look = async () => (await client.call('GetPatrolDetails', { patrol_id })).message;
    const first = await look();
    expect(first.entries).toHaveLength(people.length);
    for (const { user_id, user_name } of first.entries)
      expect(user_name).toBe(user_id === stranger ? '' : `Иванов ${user_id}`);
    expect(first.patrol_by_name).toBe(`Иванов ${residentFor('educator').user_id}`);
    expect(await look()).toEqual(first);
    expect(asked(campus, 'GetUserInfo')).toBe(people.length + 1);
  });
});
