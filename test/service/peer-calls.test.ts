import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { listPatrols } from '../../handlers/list-patrols.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { invoke } from '../../lib/invoke.ts';
import { bearer, openTestContext } from '../campus.ts';
import { openTestEntrance, type TestEntrance } from '../entrance.ts';

let campus: TestEntrance['campus'];
let start: TestEntrance['start'];
let restore: TestEntrance['restore'];

beforeAll(async () => {
  ({ campus, start, restore } = await openTestEntrance({ LEAVE_LOOKBACK_DAYS: '0' }));
});
afterAll(() => campus.close());
afterEach(() => restore());

describe('calls to peers', () => {
  test('both peers are asked at the same time', async () => {
    const { promise: bothAsked, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    // Neither answers before the other has been asked: one after the other would run into the deadline.
    const meet = async () => {
      asked += 1;
      if (asked === 2) resolve();
      await bothAsked;
    };
    campus.auth.replace('GetUsers', async () => {
      await meet();
      return { users: [], total: 0, page: 1, size: 100, pages: 0 };
    });
    campus.applications.replace('GetApprovedLeaves', async () => {
      await meet();
      return { records: [] };
    });
    await expect(start()).resolves.toMatchObject({ entries: [] });
  });

  test('nothing but UNAVAILABLE is retried', async () => {
    const failing = async (code: grpc.status) => {
      campus.applications.restore();
      campus.applications.replace('GetApprovedLeaves', async () => {
        throw statusError(code);
      });
      await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      return campus.applications.calls.length;
    };
    expect(await failing(grpc.status.INTERNAL)).toBe(1);
    expect(await failing(grpc.status.RESOURCE_EXHAUSTED)).toBe(1);
  });

  test('UNAVAILABLE is retried as often as GRPC_MAX_RETRIES says, also more often than grpc-js would, or never', async () => {
    for (const retries of [3, 6, 0]) {
      const environment = { GRPC_MAX_RETRIES: String(retries), GRPC_TIMEOUT_SECONDS: '20' };
      const persistent = await openTestContext({ environment });
      persistent.auth.replace('ValidateToken', async () => {
        throw statusError(grpc.status.UNAVAILABLE);
      });
      const credentials = { authorization: await bearer('educator') };
      await expect(invoke(listPatrols, persistent.context, { input: {}, credentials })).rejects.toMatchObject(
        {
          code: 'SERVICE_UNAVAILABLE',
        },
      );
      expect(persistent.auth.calls).toHaveLength(retries + 1);
      await persistent.close();
    }
  });

  test('a peer that comes back within the retries costs the caller nothing', async () => {
    let failures = 2;
    campus.applications.replace('GetApprovedLeaves', async () => {
      failures -= 1;
      if (failures >= 0) throw statusError(grpc.status.UNAVAILABLE);
      return { records: [] };
    });
    await expect(start()).resolves.toMatchObject({ status: 'in_progress' });
  });

  test('each carries the trace, the correlation id, a traceparent and the deadline', async () => {
    const headers = {
      'x-trace-id': '0af76519-16cd-43dd-8448-eb211c80319c',
      'x-correlation-id': 'evening-7',
    };
    await context.with(propagation.extract(ROOT_CONTEXT, headers), () => start());
    const calls = [...campus.auth.calls, ...campus.applications.calls];
    expect(calls.map(({ method }) => method).toSorted()).toEqual([
      'GetApprovedLeaves',
      'GetUsers',
      'ValidateToken',
    ]);
    for (const { metadata, deadline } of calls) {
      expect(metadata).toMatchObject({
        ...headers,
        traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/),
        baggage: 'correlation_id=evening-7',
      });
      expect(deadline).not.toBeNull();
    }
  });
});
