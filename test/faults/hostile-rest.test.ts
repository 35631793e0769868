import http from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { METRICS_TYPE } from '../../lib/http/metrics.ts';
import { assertHolds, hostileText, hostileValue } from '../hostile.ts';
import { openServedCampus, type ServedCampus } from '../load/served-campus.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

let campus: ServedCampus;
let authorization: string;
let document: Document;
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  campus = await openServedCampus();
  authorization = await campus.bearer('admin');
  const answer = await fetch(`http://127.0.0.1:${campus.service.restPort}/openapi.json`);
  document = JSON.parse(await answer.text());
});
afterAll(async () => {
  agent.destroy();
  await campus.close();
});

interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: string | Buffer | null;
}

/** Requests at the document's own paths, with everything in them that may be wrong; some are right by accident. */
function requests(): fc.Arbitrary<HostileRequest> {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
  );
  const part = fc.oneof(
    fc.uuid(),
    hostileText(),
    fc.constantFrom('..', '.', '%00', '%2e%2e', '%ff', '__proto__', ''),
  );
  const query = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom('page', 'size', 'date', 'building', 'entrance', 'status'), hostileText()),
      part,
    ),
    { maxLength: 4 },
  );
  const body = fc.oneof(
    fc.constant(null),
    hostileValue().map((value) => JSON.stringify(value) ?? null),
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)),
  );
  const header = fc.tuple(
    fc.constantFrom(
      'x-trace-id',
      'x-correlation-id',
      'traceparent',
      'baggage',
      'content-type',
      'accept',
      'x-user-id',
      'x-odd',
      'authorization',
    ),
    fc.oneof(
      fc.stringMatching(/^[ -~]{0,300}$/),
      // Each a header of its own.
      fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 3 }),
      fc.integer({ min: 300, max: 20_000 }).map((length) => 'x'.repeat(length)),
    ),
  );
  return fc
    .record({
      route: fc.constantFrom(...routes),
      parts: fc.array(part, { minLength: 2, maxLength: 2 }),
      query,
      body,
      headers: fc.array(header, { maxLength: 3 }),
      isJson: fc.boolean(),
    })
    .map(({ route, parts, query: pairs, body: sent, headers, isJson }) => ({
      method: route.method,
      path: urlOf(route.path, parts, pairs),
      headers: { ...(isJson && { 'content-type': 'application/json' }), ...Object.fromEntries(headers) },
      // Headers that are too large end the connection, and whoever then still sends is told of that, not of the answer.
      body: headers.some(([, value]) => value.length > 300) ? null : sent,
    }));
}

function urlOf(
  template: string,
  parts: readonly string[],
  query: readonly (readonly [string, string])[],
): string {
  let at = 0;
  const path = template.replaceAll(/\{\w+\}/g, () => encoded(parts[at++] ?? ''));
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  return search ? `${path}?${search}` : path;
}

/** Half a surrogate pair cannot be encoded; what is encoded already stays as it is. */
function encoded(text: string): string {
  return /^(%[0-9a-f]{2})+$/i.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

/**
 * Node sends the body of a GET without its length: as bytes after the request. Their own answer, an error of no request,
 * would then be read as the next request's.
 */
function lengthOf(body: HostileRequest['body']): http.OutgoingHttpHeaders {
  return body === null ? {} : { 'content-length': Buffer.byteLength(body) };
}

function send({
  method,
  path,
  headers,
  body,
}: HostileRequest): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: http.IncomingHttpHeaders;
    text: string;
  }>();
  const request = http.request(
    {
      host: '127.0.0.1',
      port: campus.service.restPort,
      method,
      path,
      agent,
      headers: { authorization, ...lengthOf(body), ...headers },
    },
    (response) => {
      const chunks: Buffer[] = [];
      const { statusCode: status = 0 } = response;
      // A stream of events goes on: that it was opened is its answer.
      if (response.headers['content-type'] === 'text/event-stream') {
        // Gone before the next request is made: nothing of the stream is left for its parser.
        request.once('close', () => resolve({ status, headers: response.headers, text: '' }));
        request.destroy();
        return;
      }
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    },
  );
  request.on('error', reject);
  request.end(body ?? undefined);
  return promise;
}

test('whatever comes over REST is answered in the documented shape, never with a 5xx, nothing is echoed, and no memory is kept', async () => {
  await assertHolds(
    campus.service,
    fc.asyncProperty(requests(), async (request) => {
      const { status, headers, text } = await send(request);
      expect(status).toBeLessThan(500);
      expect(headers['x-trace-id']).toMatch(/^[\w.-]{1,128}$/);
      expect(headers['x-correlation-id']).toMatch(/^[\w.-]{1,128}$/);
      if (status === 204 || headers['content-type'] === 'text/event-stream') return;
      if (headers['content-type'] === METRICS_TYPE) return;
      expect(headers['content-type']).toMatch(/^application\/json/);
      const body = JSON.parse(text);
      if (status < 400) return;
      expect(Object.keys(body)).toEqual(['error']);
      expect(Object.keys(body.error)).toEqual(['code', 'message', 'trace_id', 'details']);
      for (const { message } of body.error.details ?? []) expect(message).not.toMatch(/[<>]/);
    }),
  );
}, 600_000);
