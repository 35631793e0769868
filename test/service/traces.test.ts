import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { settleCampus } from '../../infra/local/campus.ts';
import { bearer, SECRET, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '../trace-collector.ts';
import { liveAnEvening } from '../whole-evening.ts';

const SERVER = 2;
const CLIENT = 3;
const TRACE = '0af76519-16cd-43dd-8448-eb211c80319c';
const ids = { 'x-trace-id': TRACE, 'x-correlation-id': 'night-7' };

let collector: TraceCollector;
let campus: Awaited<ReturnType<typeof startTestService>>;
let rest: RestClient;
let rpc: GrpcClient;
const before = { ...process.env };

beforeAll(async () => {
  collector = await startTraceCollector();
  // The SDK reads its own variables, as it does in a container.
  const otel = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  };
  Object.assign(process.env, otel);
  campus = await startTestService({
    environment: { ...otel, GRPC_MAX_RETRIES: '0', LEAVE_LOOKBACK_DAYS: '0' },
  });
  rest = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
});
afterAll(async () => {
  rpc.close();
  await campus.close();
  await collector.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});
beforeEach(async () => {
  await campus.surroundings.telemetry.flush();
  collector.spans.length = 0;
  campus.auth.restore();
  campus.applications.restore();
  await campus.sql('delete from patrols');
});

/** Gives what the collector has once the span of a request has arrived: that one ends last. */
async function collected(): Promise<CollectedSpan[]> {
  do await campus.surroundings.telemetry.flush();
  while (!collector.spans.some(({ kind }) => kind === SERVER));
  return collector.spans;
}

/** Gives the span of that name and the names of those above it. */
function placeOf(spans: readonly CollectedSpan[], name: string): string[] {
  const span = spans.find((candidate) => candidate.name === name);
  const parent = spans.find((candidate) => candidate.spanId === span?.parentSpanId);
  return span ? [name, ...(parent ? placeOf(spans, parent.name) : [])] : [];
}

test('a collector that takes everything is no reason for a warning', () => {
  expect(campus.logged.filter(({ level }) => level !== 'INFO' && level !== 'DEBUG')).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('GRPC_TRUST_USER_METADATA') }),
  ]);
});

test('a request, its operation, its calls and its statement are one trace, under the caller’s own id', async () => {
  // Somebody whose name no other test of this file needs: auth-service is asked for it.
  const authorization = await bearer('educator_head');
  const body = { date: '2025-12-01', building: '8', entrance: 1 };
  await rest('POST', '/patrols', { authorization, headers: ids, body });
  const spans = await collected();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE.replaceAll('-', '')]));
  const above = ['CreatePatrol', 'POST /api/v1/patrols'];
  for (const name of [
    'campus.auth.AuthService/ValidateToken',
    'campus.auth.AuthService/GetUsers',
    'campus.auth.AuthService/GetUserInfo',
    'campus.application.ApplicationService/GetApprovedLeaves',
    'start_patrol',
  ]) {
    expect(placeOf(spans, name)).toEqual([name, ...above]);
  }
  expect(spans.filter(({ kind }) => kind === SERVER).map(({ name }) => name)).toEqual([
    'POST /api/v1/patrols',
  ]);
  expect(spans.filter(({ kind }) => kind === CLIENT)).toHaveLength(5);
  expect(spans.some(({ failed }) => failed)).toBe(false);
  for (const { attributes } of spans) {
    expect(attributes).toMatchObject({ trace_id: TRACE, correlation_id: 'night-7' });
  }
});

test('the root of a trace that begins here has no parent, and a caller’s span is the parent of ours', async () => {
  await rest('GET', '/patrols', { headers: ids });
  expect((await collected()).find(({ kind }) => kind === SERVER)?.parentSpanId || undefined).toBeUndefined();
  collector.spans.length = 0;
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await rpc.call(
    'ListPatrols',
    {},
    { metadata: { traceparent, 'x-user-id': TRACE, 'x-user-roles': 'admin' } },
  );
  expect((await collected()).find(({ kind }) => kind === SERVER)).toMatchObject({
    name: 'campus.patrol.PatrolService/ListPatrols',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    parentSpanId: '00f067aa0ba902b7',
  });
});

test('a peer is handed the span of the very call, so that its own spans hang below it', async () => {
  await rest('GET', '/patrols', { headers: ids });
  const spans = await collected();
  const call = spans.find(({ name }) => name === 'campus.auth.AuthService/ValidateToken');
  expect(campus.auth.calls[0]?.metadata).toMatchObject({
    ...ids,
    traceparent: `00-${TRACE.replaceAll('-', '')}-${call?.spanId}-01`,
    baggage: 'correlation_id=night-7',
  });
});

test('a trace that the caller does not record is not recorded here, and its ids travel on', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
  await rest('GET', '/patrols', { headers: { traceparent } });
  await campus.surroundings.telemetry.flush();
  expect(collector.spans).toEqual([]);
  expect(campus.auth.calls[0]?.metadata.traceparent).toMatch(
    /^00-4bf92f3577b34da6a3ce929d0e0e4736-\w{16}-00$/,
  );
});

test('what a caller packed into tracestate and baggage reaches neither the collector nor a peer', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const packed = { traceparent, tracestate: 'ivan=79161234567', baggage: 'ivan=79161234567' };
  await rest('GET', '/patrols', { headers: packed });
  expect((await collected()).find(({ kind }) => kind === SERVER)?.parentSpanId).toBe('00f067aa0ba902b7');
  expect(collector.raw.join('\n') + JSON.stringify(campus.auth.calls)).not.toMatch(/79161234567|tracestate/);
});

test('what failed is marked, and a refusal is not a failure', async () => {
  campus.auth.replace('ValidateToken', async () => Promise.reject(new Error('down')));
  await rest('GET', '/patrols');
  const failed = (await collected()).filter((span) => span.failed).map(({ name }) => name);
  expect(failed.toSorted()).toEqual([
    'GET /api/v1/patrols',
    'ListPatrols',
    'campus.auth.AuthService/ValidateToken',
  ]);
  campus.auth.restore();
  collector.spans.length = 0;
  await rest('GET', '/patrols/6c6f7365-0000-4000-8000-000000000000');
  const spans = await collected();
  expect(spans.filter((span) => span.failed)).toEqual([]);
  expect(spans.find(({ name }) => name === 'GetPatrolDetails')?.attributes).toMatchObject({
    'error.type': 'PATROL_NOT_FOUND',
  });
});

test('nothing that somebody typed is in a span’s name or path', async () => {
  await rest('PROPFIND', '/patrols/8%20916%20123-45-67');
  await rest('GET', '/patrols/8%20916%20123-45-67/6c6f7365-0000-4000-8000-000000000000');
  const spans = (await collected()).filter(({ kind }) => kind === SERVER);
  expect(spans.map(({ name, attributes }) => [name, attributes['url.path']])).toEqual([
    ['HTTP /api/v1/patrols/{patrolId}', '/api/v1/patrols/{patrolId}'],
    [
      'GET /api/v1/patrols/{patrolId}/{patrolEntryId}',
      '/api/v1/patrols/{patrolId}/6c6f7365-0000-4000-8000-000000000000',
    ],
  ]);
  expect(spans[0]?.attributes['http.request.method']).toBe('_OTHER');
  expect(collector.raw.join('\n')).not.toMatch(/123-45-67|PROPFIND/);
});

test('the resource says which service it is, with what OTEL_RESOURCE_ATTRIBUTES adds', async () => {
  await rest('GET', '/patrols');
  expect((await collected())[0]?.resource).toMatchObject({
    'service.name': 'patrol-service',
    'service.version': expect.stringMatching(/^\d/),
    'deployment.environment.name': 'test',
  });
});

test('nothing of a person, and no token, leaves with the traces of an evening', async () => {
  await liveAnEvening(campus);
  await collected();
  const text = collector.raw.join('\n');
  expect(text).toContain('mark_entry');
  expect(text).not.toMatch(/[\u0400-\u04ff]|eyJ/);
  expect(text).not.toContain(SECRET);
  for (const { phone, email } of settleCampus()) {
    for (const telling of [phone, email].filter((part) => part !== '')) expect(text).not.toContain(telling);
  }
});
