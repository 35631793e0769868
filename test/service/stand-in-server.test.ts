import * as grpc from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { startApplicationStandIn } from '../../infra/local/application-stand-in.ts';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import {
  authService,
  type CallOptions,
  eachWithStandIns,
  residents,
  type StandIns,
  secret,
} from '../stand-ins.ts';

let auth: StandIns['auth'];
let ask: StandIns['ask'];

eachWithStandIns((standIns) => {
  ({ auth, ask } = standIns);
});

describe('a stand-in', () => {
  const request = { user_id: residentFor('student').user_id };
  const getUser = (options?: CallOptions) => ask(auth, authService.GetUserInfo, request, options);

  test('records every call with its request, metadata and deadline', async () => {
    const metadata = new grpc.Metadata();
    metadata.set('x-trace-id', 'a-trace');
    const deadline = Date.now() + 2000;
    await getUser({ metadata, deadline });
    expect(auth.calls).toMatchObject([
      { method: 'GetUserInfo', request, metadata: { 'x-trace-id': 'a-trace' } },
    ]);
    // On the way it is the time that is left: how late the call came, the deadline is later.
    const recorded = auth.calls[0]?.deadline?.getTime();
    expect(recorded).toBeGreaterThanOrEqual(deadline - 1);
    expect(recorded).toBeLessThanOrEqual(Date.now() + 2000);
    await getUser({ deadline: Number.POSITIVE_INFINITY });
    expect(auth.calls[1]?.deadline).toBeNull();
  });

  test('answers by the handler that replaces its own until it is restored', async () => {
    auth.replace('GetUserInfo', async ({ user_id }) => ({ user_id, last_name: 'Другая' }));
    expect(await getUser()).toMatchObject({ ...request, last_name: 'Другая', roles: [] });
    auth.restore();
    expect(auth.calls).toEqual([]);
    expect(await getUser()).toEqual(residentFor('student'));
  });

  test('gives the status that a handler throws, and UNKNOWN for any other error', async () => {
    auth.replace('GetUserInfo', async () => {
      throw statusError(grpc.status.UNAVAILABLE);
    });
    await expect(getUser()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE, details: 'UNAVAILABLE' });
    auth.replace('GetUserInfo', () => {
      throw new Error('a bug');
    });
    await expect(getUser()).rejects.toMatchObject({ code: grpc.status.UNKNOWN });
  });

  test('hangs until the deadline if told to', async () => {
    auth.replace('GetUserInfo', async () => new Promise(() => {}));
    const hung = getUser({ deadline: Date.now() + 100 });
    await expect(hung).rejects.toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
  });

  test('stops by cutting a call in flight, long before its deadline, and its port is free again', async () => {
    const arrived = new Promise<void>((resolve) => {
      auth.replace('GetUserInfo', async () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const cut = expect(getUser()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
    await arrived;
    await auth.stop();
    await auth.stop();
    await cut;
    const next = await startAuthStandIn({ port: auth.port, residents, jwtSecret: secret });
    expect(await ask(next, authService.GetUserInfo, request)).toMatchObject(request);
    await next.stop();
  });

  test('refuses a port that is taken by its name', async () => {
    const second = startApplicationStandIn({ port: auth.port, residents });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port: auth.port });
  });

  test('remembers the last 10,000 calls and no more', async () => {
    auth.replace('ValidateToken', async () => ({ valid: false }));
    for (let batch = 0; batch < 101; batch += 1) {
      const tokens = Array.from({ length: 100 }, (_, index) => String(batch * 100 + index));
      await Promise.all(tokens.map((token) => ask(auth, authService.ValidateToken, { token })));
    }
    expect(auth.calls).toHaveLength(10_000);
    expect(auth.calls.some(({ request }) => request.token === '0')).toBe(false);
    expect(auth.calls.some(({ request }) => request.token === '10099')).toBe(true);
  }, 30_000);
});
