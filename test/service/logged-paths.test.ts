import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { eventOf } from '../../infra/lambda/events.ts';
import { createLambdaHost } from '../../lib/lambda/host.ts';
import { openContext } from '../../lib/open-context.ts';
import { bearer, NOBODY, startTestService } from '../campus.ts';
import { INVOCATION } from '../lambda-invocation.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;

beforeAll(async () => {
  campus = await startTestService({ environment: { MAX_REQUESTS_IN_FLIGHT: '1', GRPC_MAX_RETRIES: '0' } });
});
afterAll(() => campus.close());
beforeEach(() => {
  campus.logged.length = 0;
  campus.auth.restore();
});

const PHONE = '+79161234567';
const SPACED = '8%20916%20123-45-67';
const ENTRY = NOBODY.toUpperCase();

/** Gives what the lines of requests say once there are so many. */
async function lines(count = 1) {
  const found = () => campus.logged.filter(({ msg }) => msg === 'request');
  while (found().length < count) await new Promise(setImmediate);
  return found().map(({ method, path, status_code }) => ({ method, path, status_code }));
}

/** The path as it was typed: the one client sends below `/api/v1` alone. */
async function logged(path: string, method = 'GET') {
  const answer = await fetch(campus.url + path, {
    method,
    headers: { authorization: await bearer('admin') },
  });
  await answer.arrayBuffer();
  const [line] = await lines();
  return line;
}

describe('the path in the log is the route’s own words and UUIDs, whatever was typed', () => {
  test.each<[string, string]>([
    [`/api/v1/patrols/${NOBODY}`, `/api/v1/patrols/${NOBODY}`],
    [`/api/v1/patrols/${NOBODY}/${ENTRY}?x=${PHONE}`, `/api/v1/patrols/${NOBODY}/${ENTRY}`],
    [`/api/v1/patrols/${NOBODY}/audit`, `/api/v1/patrols/${NOBODY}/audit`],
    [`/api/v1/patrols/${PHONE}`, '/api/v1/patrols/{patrolId}'],
    [`/api/v1/patrols/${SPACED}/${NOBODY}`, `/api/v1/patrols/{patrolId}/${NOBODY}`],
    [`/api/v1/patrols/${PHONE}/audit/`, '/api/v1/patrols/{patrolId}/audit'],
    [`/api/v1/patrols/${NOBODY}/${SPACED}`, `/api/v1/patrols/${NOBODY}/{patrolEntryId}`],
    [`/api/v1/patrols/${NOBODY}x`, '/api/v1/patrols/{patrolId}'],
    ['/api/v1/p%61trols/', '/api/v1/patrols'],
    [`/api/v1/patrols/${NOBODY}/audit/${PHONE}/x`, `/api/v1/patrols/${NOBODY}/audit/{unmatched}`],
    [`/api/v1/patrols/${SPACED}/x/${PHONE}`, '/api/v1/patrols/{patrolId}/{patrolEntryId}/{unmatched}'],
    ['/api/v1/patrols/%zz/ivan', '/api/v1/patrols/{patrolId}/{patrolEntryId}'],
    ['/api/v1/ivan@mail.ru/x', '/api/v1/{unmatched}'],
    [`/${SPACED}`, '/{unmatched}'],
    [`//${NOBODY}`, '/{unmatched}'],
    ['/', '/'],
    ['/health/liveness', '/health/liveness'],
    ['/docs/static/swagger-ui.css', '/docs/*'],
    [`/docs/${SPACED}`, '/docs/*'],
    ['/docs/static/123-45-67.js', '/docs/*'],
  ])('%s is %s', async (path, written) => {
    expect((await logged(path))?.path).toBe(written);
    expect(JSON.stringify(campus.logged)).not.toMatch(/9161234567|123-45-67|ivan|mail\.ru/);
  });

  test('also where the method is wrong, or none that HTTP’s own documents have', async () => {
    await logged(`/api/v1/patrols/${SPACED}`, 'PUT');
    await logged(`/api/v1/patrols/${SPACED}`, 'PROPFIND');
    expect(await lines(2)).toEqual([
      { method: 'PUT', path: '/api/v1/patrols/{patrolId}', status_code: 405 },
      { method: '_OTHER', path: '/api/v1/patrols/{patrolId}', status_code: 405 },
    ]);
  });

  test('also of a request that is refused before it is routed', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<object>();
    campus.auth.replace('ValidateToken', () => {
      asked.resolve();
      return answer.promise;
    });
    const served = logged('/api/v1/patrols');
    await asked.promise;
    await fetch(`${campus.url}/api/v1/patrols/${SPACED}?phone=${PHONE}`);
    await fetch(`${campus.url}/api/v1/patrols/${NOBODY}/${SPACED}`, { method: 'PROPFIND' });
    answer.resolve({ valid: false });
    await served;
    expect(await lines(3)).toEqual([
      { method: 'GET', path: '/api/v1/patrols/{patrolId}', status_code: 503 },
      { method: '_OTHER', path: `/api/v1/patrols/${NOBODY}/{patrolEntryId}`, status_code: 503 },
      { method: 'GET', path: '/api/v1/patrols', status_code: 401 },
    ]);
  });

  test('also of a function’s event', async () => {
    const opened = await openContext(campus.config, campus.surroundings);
    await opened.opened;
    const handler = await createLambdaHost({ ...opened, operations, flush: async () => {} });
    await handler(eventOf({ method: 'PROPFIND', url: `/api/v1/patrols/${SPACED}` }), INVOCATION);
    await opened.close();
    expect(await lines()).toEqual([
      { method: '_OTHER', path: '/api/v1/patrols/{patrolId}', status_code: 405 },
    ]);
  });
});

test('an RPC that is not served leaves nothing of its name: neither a line nor a label', async () => {
  // RPCs that the proto file does not have: the one client knows only those that it has.
  const client = new grpc.Client(`127.0.0.1:${campus.service.grpcPort}`, grpc.credentials.createInsecure());
  const bytes = (given: Buffer) => given;
  for (const path of ['/campus.patrol.PatrolService/Call79161234567', '/ivan.Service/Get', '/ivan']) {
    const answered = await new Promise((resolve) =>
      client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), (error) => resolve(error?.code)),
    );
    expect(answered).toBe(grpc.status.UNIMPLEMENTED);
  }
  client.close();
  const metrics = await (await fetch(`${campus.url}/metrics`)).text();
  expect(metrics + JSON.stringify(campus.logged)).not.toMatch(/9161234567|ivan/);
});
