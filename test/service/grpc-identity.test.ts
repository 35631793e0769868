import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { bearer, bearerWith, NEWCOMERS, NOBODY, startTestService } from '../campus.ts';
import { expectRpcError, type GrpcClient, grpcClient } from '../grpc-client.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let client: GrpcClient;

beforeAll(async () => {
  campus = await startTestService({ environment: { GRPC_TIMEOUT_SECONDS: '2' } });
  client = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  client.close();
  await campus.close();
});
afterEach(() => {
  campus.auth.restore();
  campus.applications.restore();
});

const place = (date: string) => ({ date, building: '8', entrance: 2 });

async function details(date: string) {
  const { message } = await client.call('CreatePatrol', place(date));
  return (await client.call('GetPatrolDetails', { patrol_id: message.patrol_id })).message;
}

describe('who calls', () => {
  const { user_id } = residentFor('educator');
  const gateway = { 'x-user-id': user_id, 'x-user-roles': 'educator, student' };

  test('the gateway is believed where it is trusted, and auth-service is not asked', async () => {
    const answer = await client.call('CreatePatrol', place('2025-10-04'), { metadata: gateway });
    expect(answer.message.patrol_by).toBe(user_id);
    expect(campus.auth.calls.filter(({ method }) => method === 'ValidateToken')).toEqual([]);
  });

  test('a bad bearer is not outvoted by metadata', async () => {
    for (const authorization of ['Bearer nonsense', 'Basic x', '', await bearerWith({ type: 'refresh' })]) {
      const answer = await client.call('ListPatrols', {}, { metadata: { ...gateway, authorization } });
      expectRpcError(answer, 'UNAUTHORIZED');
    }
  });

  test('a good bearer decides, whatever the metadata says', async () => {
    const metadata = { ...gateway, 'x-user-roles': 'admin', authorization: await bearer('student') };
    expectRpcError(await client.call('ListPatrols', {}, { metadata }), 'FORBIDDEN');
  });

  test('a student whom the gateway names reaches the entrance that auth-service knows them in', async () => {
    const onPatrol = {
      'x-user-id': residentFor('student_patrol').user_id,
      'x-user-roles': 'student,student_patrol',
    };
    const ofEntrance = async (entrance: number) =>
      (await client.call('CreatePatrol', { date: '2025-10-07', building: '8', entrance })).message.patrol_id;
    const [own, other] = [await ofEntrance(1), await ofEntrance(2)];
    campus.auth.restore();
    const read = (patrol_id: string, metadata: Record<string, string>) =>
      client.call('GetPatrolDetails', { patrol_id }, { metadata });
    expect((await read(own, onPatrol)).code).toBe(grpc.status.OK);
    expect(campus.auth.calls.filter(({ method }) => method === 'GetUserInfo').length).toBeGreaterThan(0);
    expectRpcError(await read(other, onPatrol), 'PATROL_NOT_FOUND');
    const another = { building: '9', entrance: 3, date: '2025-10-07' };
    expectRpcError(await client.call('CreatePatrol', another, { metadata: onPatrol }), 'FORBIDDEN');
    const listed = await client.call('GetPatrolsForDate', { date: '2025-10-07' }, { metadata: onPatrol });
    expect(listed.message.patrols.map((patrol: { patrol_id: string }) => patrol.patrol_id)).toEqual([own]);
    // Whom auth-service does not know, or knows no entrance for, reaches none.
    for (const userId of [NOBODY, NEWCOMERS[0]?.user_id ?? '']) {
      const nowhere = { ...onPatrol, 'x-user-id': userId };
      expectRpcError(await read(own, nowhere), 'PATROL_NOT_FOUND');
      expect((await client.call('ListPatrols', {}, { metadata: nowhere })).message).toMatchObject({
        total: 0,
        items: [],
      });
      expectRpcError(await client.call('ListPatrols', { building: '8' }, { metadata: nowhere }), 'FORBIDDEN');
    }
    campus.auth.replace('GetUserInfo', async () => {
      throw statusError(grpc.status.INTERNAL);
    });
    expectRpcError(await read(own, onPatrol), 'SERVICE_UNAVAILABLE');
    // Staff are not asked about: they reach the whole campus.
    expect((await read(other, gateway)).code).toBe(grpc.status.OK);
  });

  test('a gateway that names roles we do not know, or none, opens nothing; one that names nobody is a fault', async () => {
    for (const roles of ['', 'janitor', 'Educator']) {
      const metadata = { ...gateway, 'x-user-roles': roles };
      expectRpcError(await client.call('ListPatrols', {}, { metadata }), 'FORBIDDEN');
    }
    const metadata = { ...gateway, 'x-user-id': 'ivanov' };
    expectRpcError(await client.call('ListPatrols', {}, { metadata }), 'VALIDATION_ERROR');
  });

  test.each<[string, Record<string, string | string[]>, string[]]>([
    ['roles', { 'x-user-roles': ['student', 'admin'] }, ['x-user-roles']],
    ['the same roles', { 'x-user-roles': ['educator', 'educator'] }, ['x-user-roles']],
    ['roles, one of them empty', { 'x-user-roles': ['', 'educator'] }, ['x-user-roles']],
    ['user ids', { 'x-user-id': [user_id, NOBODY] }, ['x-user-id']],
    ['the same user id', { 'x-user-id': [user_id, user_id] }, ['x-user-id']],
    [
      'both',
      { 'x-user-id': [NOBODY, user_id], 'x-user-roles': ['student', 'admin'] },
      ['x-user-id', 'x-user-roles'],
    ],
  ])('what a gateway appended to instead of replacing it is refused: %s', async (_what, twice, fields) => {
    const metadata = { ...gateway, ...twice };
    const answer = await client.call('ListPatrols', {}, { metadata });
    expectRpcError(answer, 'VALIDATION_ERROR');
    const faults = JSON.parse(String(answer.trailing['error-details-bin']));
    expect(faults).toEqual(fields.map((field) => ({ field, message: 'Ожидается одно значение' })));
    // A token decides all the same, and is alone believed where the gateway is not.
    const known = { ...metadata, authorization: await bearer('educator') };
    expect((await client.call('ListPatrols', {}, { metadata: known })).code).toBe(grpc.status.OK);
  });

  test.each(operations.map(({ name }) => name))('%s needs an identity', async (rpc) => {
    expectRpcError(await client.call(rpc, {}, { metadata: {} }), 'UNAUTHORIZED');
    expectRpcError(await client.call(rpc, {}, { metadata: { 'x-user-roles': 'admin' } }), 'UNAUTHORIZED');
  });

  test('metadata alone is refused where it is not trusted', async () => {
    const byDefault = await startTestService({ environment: { GRPC_TRUST_USER_METADATA: '' } });
    const strict = await grpcClient(byDefault.service.grpcPort);
    try {
      expectRpcError(await strict.call('ListPatrols', {}, { metadata: gateway }), 'UNAUTHORIZED');
      expect((await strict.call('ListPatrols', {})).code).toBe(grpc.status.OK);
    } finally {
      strict.close();
      await byDefault.close();
    }
  });
});

describe('names', () => {
  const peerCalls = () =>
    campus.auth.calls.filter(({ method }) => method !== 'ValidateToken').map(({ method }) => method);

  test('those of a whole patrol cost a handful of calls, and the second look none', async () => {
    const fresh = await startTestService();
    const own = await grpcClient(fresh.service.grpcPort);
    try {
      const { message } = await own.call('CreatePatrol', place('2025-12-01'));
      fresh.auth.restore();
      const looked = (await own.call('GetPatrolDetails', { patrol_id: message.patrol_id })).message;
      expect(looked.entries.every(({ user_name }: { user_name: string }) => user_name !== '')).toBe(true);
      const asked = fresh.auth.calls
        .filter(({ method }) => method !== 'ValidateToken')
        .map(({ method }) => method);
      expect(asked.length).toBeLessThanOrEqual(3);
      fresh.auth.restore();
      await own.call('GetPatrolDetails', { patrol_id: message.patrol_id });
      expect(fresh.auth.calls.map(({ method }) => method)).toEqual(['ValidateToken']);
    } finally {
      own.close();
      await fresh.close();
    }
  });

  test('a mark does not pay for a name that is known', async () => {
    const { patrol_id, entries } = await details('2025-10-05');
    campus.auth.restore();
    await client.call('UpdatePatrolEntry', {
      ...{ patrol_id, patrol_entry_id: entries[0].patrol_entry_id },
      ...{ is_present: true },
    });
    expect(peerCalls()).toEqual([]);
  });

  test('auth-service being silent about names does not lose the mark', async () => {
    const { patrol_id } = await details('2025-10-06');
    const [entry] = await campus.sql<{ patrol_entry_id: string }>(
      `insert into patrol_entries (patrol_id, user_id, room) values ($1, $2, '7') returning patrol_entry_id`,
      [patrol_id, NOBODY],
    );
    const mark = { patrol_id, patrol_entry_id: entry?.patrol_entry_id };
    campus.auth.replace('GetUserInfo', () => new Promise(() => {}));
    const first = await client.call('UpdatePatrolEntry', { ...mark, is_present: true });
    expect(first).toMatchObject({ code: grpc.status.OK, message: { is_present: true, user_name: '' } });
    campus.auth.replace('GetUserInfo', async () => {
      throw statusError(grpc.status.INTERNAL);
    });
    const second = await client.call('UpdatePatrolEntry', { ...mark, not_checked: true });
    expect(second).toMatchObject({ code: grpc.status.OK, message: { user_name: '' } });
    expect('is_present' in second.message).toBe(false);
  });
});
