import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { bearer, bearerWith, startTestService } from '../campus.ts';
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
    const answer = await client.call('CreatePatrol', place('2025-12-04'), { metadata: gateway });
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

  test('a gateway that names roles we do not know, or none, opens nothing; one that names nobody is a fault', async () => {
    for (const roles of ['', 'janitor', 'Educator']) {
      const metadata = { ...gateway, 'x-user-roles': roles };
      expectRpcError(await client.call('ListPatrols', {}, { metadata }), 'FORBIDDEN');
    }
    const metadata = { ...gateway, 'x-user-id': 'ivanov' };
    expectRpcError(await client.call('ListPatrols', {}, { metadata }), 'VALIDATION_ERROR');
  });

  test.each(operations.map(({ name }) => name))('%s needs an identity', async (rpc) => {
    expectRpcError(await client.call(rpc, {}, { metadata: {} }), 'UNAUTHORIZED');
    expectRpcError(await client.call(rpc, {}, { metadata: { 'x-user-roles': 'admin' } }), 'UNAUTHORIZED');
  });

  test('metadata alone is refused where it is not trusted', async () => {
    const production = await startTestService({ environment: { ENVIRONMENT: 'production' } });
    const strict = await grpcClient(production.service.grpcPort);
    try {
      expectRpcError(await strict.call('ListPatrols', {}, { metadata: gateway }), 'UNAUTHORIZED');
      expect((await strict.call('ListPatrols', {})).code).toBe(grpc.status.OK);
    } finally {
      strict.close();
      await production.close();
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
    const { patrol_id, entries } = await details('2025-12-05');
    campus.auth.restore();
    await client.call('UpdatePatrolEntry', {
      ...{ patrol_id, patrol_entry_id: entries[0].patrol_entry_id },
      ...{ is_present: true },
    });
    expect(peerCalls()).toEqual([]);
  });

  test('auth-service being silent about names does not lose the mark', async () => {
    const { patrol_id } = await details('2025-12-06');
    const stranger = { patrol_id, user_id: '99999999-0000-4000-8000-000000000007', room: '7' };
    campus.auth.replace('GetUserInfo', () => new Promise(() => {}));
    const added = await client.call('AddPatrolEntry', stranger);
    expect(added.message).toMatchObject({ ...stranger, user_name: '' });
    campus.auth.replace('GetUserInfo', async () => {
      throw statusError(grpc.status.INTERNAL);
    });
    const { patrol_entry_id } = added.message;
    const marked = await client.call('UpdatePatrolEntry', { patrol_id, patrol_entry_id, is_present: true });
    expect(marked).toMatchObject({ code: grpc.status.OK, message: { is_present: true, user_name: '' } });
  });
});
