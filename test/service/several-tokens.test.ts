import { once } from 'node:events';
import { type ClientSessionOptions, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { eventOf } from '../../infra/lambda/events.ts';
import { createLambdaHost, type LambdaHandler } from '../../lib/lambda/host.ts';
import { type OpenContext, openContext } from '../../lib/open-context.ts';
import { bearer, startTestService } from '../campus.ts';
import { INVOCATION } from '../lambda-invocation.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let opened: OpenContext;
let lambda: LambdaHandler;
let good: string;

beforeAll(async () => {
  campus = await startTestService();
  opened = await openContext(campus.config, campus.surroundings);
  await opened.opened;
  lambda = await createLambdaHost({ ...opened, operations, flush: async () => {} });
  good = await bearer('admin');
});
afterAll(async () => {
  await opened.close();
  await campus.close();
});
beforeEach(() => campus.auth.restore());

/** Sends a request with these headers as they are, which no client of HTTP would. */
async function overRest(headers: readonly string[]): Promise<string> {
  const socket = connect(campus.service.restPort, '127.0.0.1');
  socket.write(['GET /api/v1/patrols HTTP/1.1', 'Connection: close', ...headers, '', ''].join('\r\n'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Node's own word for it, which its types do not have yet. */
const SENDING_ANYTHING: ClientSessionOptions & { readonly strictSingleValueFields: boolean } = {
  strictSingleValueFields: false,
};

/** Calls ListPatrols with these values of `authorization`, each in a field of its own. */
async function overGrpc(values: readonly string[]): Promise<IncomingHttpHeaders> {
  const session = connectHttp2(`http://127.0.0.1:${campus.service.grpcPort}`, SENDING_ANYTHING);
  const fields = [':method', 'POST', ':path', '/campus.patrol.PatrolService/ListPatrols'];
  fields.push('content-type', 'application/grpc', 'te', 'trailers');
  const stream = session.request([...fields, ...values.flatMap((value) => ['authorization', value])]);
  let last: IncomingHttpHeaders = {};
  stream.on('response', (headers) => {
    last = headers;
  });
  stream.on('trailers', (headers) => {
    last = headers;
  });
  // No message is longer than none: of a flag and its length alone.
  stream.end(Buffer.alloc(5));
  stream.resume();
  await once(stream, 'close');
  session.close();
  return last;
}

test('one token is let in, whatever case its header is in', async () => {
  expect(await overRest([`AUTHORIZATION: ${good}`])).toMatch(/^HTTP\/1\.1 200 /);
  expect((await overGrpc([good]))['grpc-status']).toBe('0');
});

describe('of several tokens none counts, and auth-service is not asked', () => {
  const pairs: readonly [string, (token: string) => string[]][] = [
    ['the same twice', (token) => [token, token]],
    ['a good one first', (token) => [token, 'Bearer x']],
    ['a good one last', (token) => ['Bearer x', token]],
    ['an empty one first', (token) => ['', token]],
    ['an empty one last', (token) => [token, '']],
    ['three', (token) => [token, token, token]],
  ];
  const refuses = () => expect(campus.auth.calls).toEqual([]);

  test.each(pairs)('over REST: %s', async (_name, valuesOf) => {
    const names = ['Authorization', 'authorization', 'AUTHORIZATION'];
    const answer = await overRest(valuesOf(good).map((value, at) => `${names[at]}: ${value}`));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('"code":"UNAUTHORIZED"');
    refuses();
  });

  test.each(pairs)('over gRPC: %s', async (_name, valuesOf) => {
    expect(await overGrpc(valuesOf(good))).toMatchObject({
      'grpc-status': '16',
      'error-code': 'UNAUTHORIZED',
    });
    refuses();
  });

  test.each(pairs)('as a function: %s', async (_name, valuesOf) => {
    const event = eventOf({ method: 'GET', url: '/api/v1/patrols', headers: {} });
    // Payload 2.0 has them joined; whatever else calls the function may have them apart.
    const joined = { ...event, headers: { ...event.headers, authorization: valuesOf(good).join(',') } };
    const apart = { ...event, multiValueHeaders: { authorization: valuesOf(good) } };
    for (const one of [joined, apart]) expect((await lambda(one, INVOCATION)).statusCode).toBe(401);
    refuses();
  });
});
