import { afterAll, beforeAll, expect, test } from '@jest/globals';
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from '../../infra/openapi/generated/rest-api.ts';
import { bearer, bearerWith, EVENING, startTestService } from '../campus.ts';

type Patrol = components['schemas']['Patrol'];
type PatrolWithEntries = components['schemas']['PatrolWithEntries'];
type PatrolEntry = components['schemas']['PatrolEntry'];

let campus: Awaited<ReturnType<typeof startTestService>>;
let api: Client<paths>;

beforeAll(async () => {
  campus = await startTestService({ environment: { HAND_IN_UNCHECKED: 'refuse' } });
  api = createClient<paths>({ baseUrl: campus.url, headers: { authorization: await bearer('educator') } });
});
afterAll(() => campus.close());

const place = { date: '2025-12-01', building: '9', entrance: 2 } as const;

/** Starts the patrol of the place, or returns the one that is there: what an app does whose first answer got lost. */
async function startOrFind(): Promise<PatrolWithEntries> {
  const { data, error, response } = await api.POST('/api/v1/patrols', { body: place });
  if (data) return data;
  switch (error.error.code) {
    case 'PATROL_ALREADY_EXISTS': {
      const patrolId = response.headers.get('location')?.split('/').at(-1) ?? '';
      const found = await api.GET('/api/v1/patrols/{patrolId}', { params: { path: { patrolId } } });
      if (found.data) return found.data;
      throw new Error(found.error.error.message);
    }
    case 'VALIDATION_ERROR':
      throw new Error(error.error.details?.map(({ field, message }) => `${field}: ${message}`).join());
    // @ts-expect-error a start has no such error, and the types say so.
    case 'PATROL_NOT_COMPLETED':
      throw new Error('not of a start');
    default:
      throw new Error(error.error.message);
  }
}

async function mark({ patrol_id, patrol_entry_id }: PatrolEntry, is_present: boolean, etag?: string) {
  return api.PATCH('/api/v1/patrols/{patrolId}/{patrolEntryId}', {
    params: {
      path: { patrolId: patrol_id, patrolEntryId: patrol_entry_id },
      ...(etag !== undefined && { header: { 'If-Match': etag } }),
    },
    body: { is_present },
  });
}

test('an evening is walked by a client whose types are generated from the API document', async () => {
  const started = await startOrFind();
  expect(await startOrFind()).toMatchObject({ patrol_id: started.patrol_id });
  const params = { path: { patrolId: started.patrol_id } };
  const [first, ...others] = started.entries.filter((entry) => entry.is_present === null);
  if (!first) throw new Error('nobody to check');

  const marked = await mark(first, true);
  expect(marked.data?.is_present).toBe(true);
  const stale = await mark(first, false, '"1"');
  expect(stale.error?.error.code).toBe('PRECONDITION_FAILED');
  expect(stale.response.headers.get('etag')).toBe(marked.response.headers.get('etag'));

  const tooSoon = await api.PATCH('/api/v1/patrols/{patrolId}', { params, body: { status: 'completed' } });
  if (tooSoon.error?.error.code !== 'PATROL_HAS_UNCHECKED') throw new Error('handed in unchecked');
  expect(tooSoon.error.error.details?.[0]?.message).toMatch(/^Не проверено: \d+$/);

  const marks = others.map(({ patrol_entry_id }) => ({ patrol_entry_id, is_present: true }));
  await api.PATCH('/api/v1/patrols/{patrolId}/entries', { params, body: { marks } });
  const done = await api.PATCH('/api/v1/patrols/{patrolId}', { params, body: { status: 'completed' } });
  expect(done.data).toMatchObject({ status: 'completed', unchecked_count: 0 });

  const query = { date: place.date, building: place.building } as const;
  const list = await api.GET('/api/v1/patrols', { params: { query } });
  const listed: Patrol | undefined = list.data?.items[0];
  expect(listed?.submitted_at).toBe(done.data?.submitted_at);
});

test('an app learns from a 401 whether to renew its token', async () => {
  const exp = Math.floor(EVENING.getTime() / 1000) - 1;
  const headers = { authorization: await bearerWith({ exp }) };
  const { error, response } = await api.GET('/api/v1/patrols', { headers });
  expect(error?.error.code).toBe('UNAUTHORIZED');
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  expect(response.headers.get('www-authenticate')).toContain('expired');
});

test('health asks for no token, and its answer has a type too', async () => {
  const { data } = await createClient<paths>({ baseUrl: campus.url }).GET('/health/readiness');
  expect(data?.status).toBe('ok');
  expect(Object.values(data?.checks ?? {})).toEqual(['ok', 'ok', 'ok']);
});
