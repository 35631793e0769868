import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { walkAndHandIn } from '../../infra/clients/evening.ts';
import { askOverRest } from '../../infra/clients/operation-client.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { ERRORS, type ErrorCode } from '../../lib/errors.ts';
import type { PatrolWithEntries } from '../../lib/patrols/schemas.ts';
import { bearer, NOBODY, startTestService } from '../campus.ts';
import { type Answer, type RestClient, restClient } from '../rest-client.ts';
import { expectError } from '../rest-expectations.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let open: PatrolWithEntries;
let completed: typeof open;

beforeAll(async () => {
  // One attempt and a short wait: a dead peer is this file's everyday.
  const environment = { GRPC_MAX_RETRIES: '0', GRPC_TIMEOUT_SECONDS: '2', HAND_IN_UNCHECKED: 'refuse' };
  campus = await startTestService({ environment });
  call = await restClient(campus.url);
  open = (await call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 1 } })).body;
  completed = (await call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 2 } }))
    .body;
  await walkAndHandIn(askOverRest(call), completed);
});
afterAll(() => campus.close());
afterEach(() => {
  campus.auth.restore();
  campus.applications.restore();
});

const entryOf = (patrol: typeof open) => `/patrols/${patrol.patrol_id}/${patrol.entries[0]?.patrol_entry_id}`;
const absent = { is_present: false, absence_reason: 'у врача' };

/** Every row of the table, and each way to it. */
const rows: [ErrorCode, string, () => Promise<Answer>][] = [
  [
    'VALIDATION_ERROR',
    'an impossible date',
    () => call('POST', '/patrols', { body: { date: '2025-02-30', building: '8', entrance: 1 } }),
  ],
  ['VALIDATION_ERROR', 'broken JSON', () => call('POST', '/patrols', { raw: '{"date":' })],
  ['VALIDATION_ERROR', 'a patrol id that is none', () => call('GET', '/patrols/7')],
  [
    'VALIDATION_ERROR',
    'another status than completed',
    () => call('PATCH', `/patrols/${open.patrol_id}`, { body: { status: 'in_progress' } }),
  ],
  ['UNAUTHORIZED', 'no token', () => call('GET', '/patrols', { authorization: null })],
  [
    'UNAUTHORIZED',
    'no token, and a body that is broken',
    () => call('POST', '/patrols', { authorization: null, raw: '{' }),
  ],
  ['FORBIDDEN', 'a student', async () => call('GET', '/patrols', { authorization: await bearer('student') })],
  ['NOT_FOUND', 'an unknown route', () => call('GET', '/nothing')],
  ['PATROL_NOT_FOUND', 'read', () => call('GET', `/patrols/${NOBODY}`)],
  [
    'PATROL_NOT_FOUND',
    'complete',
    () => call('PATCH', `/patrols/${NOBODY}`, { body: { status: 'completed' } }),
  ],
  ['PATROL_NOT_FOUND', 'delete', () => call('DELETE', `/patrols/${NOBODY}`)],
  [
    'PATROL_NOT_FOUND',
    'add',
    () => call('POST', `/patrols/${NOBODY}`, { body: { user_id: NOBODY, room: '1' } }),
  ],
  ['PATROL_NOT_FOUND', 'read an entry', () => call('GET', `/patrols/${NOBODY}/${NOBODY}`)],
  ['PATROL_NOT_FOUND', 'mark', () => call('PATCH', `/patrols/${NOBODY}/${NOBODY}`, { body: absent })],
  ['PATROL_NOT_FOUND', 'remove', () => call('DELETE', `/patrols/${NOBODY}/${NOBODY}`)],
  ['PATROL_ENTRY_NOT_FOUND', 'read', () => call('GET', `/patrols/${open.patrol_id}/${NOBODY}`)],
  [
    'PATROL_ENTRY_NOT_FOUND',
    'mark',
    () => call('PATCH', `/patrols/${open.patrol_id}/${NOBODY}`, { body: absent }),
  ],
  ['PATROL_ENTRY_NOT_FOUND', 'remove', () => call('DELETE', `/patrols/${open.patrol_id}/${NOBODY}`)],
  [
    'PATROL_ENTRY_NOT_FOUND',
    'an entry of another patrol',
    () => call('GET', `/patrols/${open.patrol_id}/${completed.entries[0]?.patrol_entry_id}`),
  ],
  ['METHOD_NOT_ALLOWED', 'PUT on a patrol', () => call('PUT', `/patrols/${NOBODY}`, { body: {} })],
  [
    'PATROL_ALREADY_EXISTS',
    'the same evening and entrance',
    () => call('POST', '/patrols', { body: { date: '2025-12-01', building: '8', entrance: 1 } }),
  ],
  [
    'PATROL_ENTRY_ALREADY_EXISTS',
    'a student who is listed',
    () =>
      call('POST', `/patrols/${open.patrol_id}`, {
        body: { user_id: open.entries[0]?.user_id.toUpperCase(), room: '1' },
      }),
  ],
  [
    'PAYLOAD_TOO_LARGE',
    'a body over a mebibyte',
    () => call('POST', '/patrols', { raw: `"${'x'.repeat(2 ** 20)}"` }),
  ],
  [
    'UNSUPPORTED_MEDIA_TYPE',
    'XML',
    () => call('POST', '/patrols', { raw: '<a/>', headers: { 'content-type': 'application/xml' } }),
  ],
  [
    'UNSUPPORTED_MEDIA_TYPE',
    'plain text',
    () => call('PATCH', entryOf(open), { raw: '{}', headers: { 'content-type': 'text/plain' } }),
  ],
  [
    'PATROL_ALREADY_COMPLETED',
    'completing twice',
    () => call('PATCH', `/patrols/${completed.patrol_id}`, { body: { status: 'completed' } }),
  ],
  [
    'PATROL_HAS_UNCHECKED',
    'handing in what nobody walked',
    () => call('PATCH', `/patrols/${open.patrol_id}`, { body: { status: 'completed' } }),
  ],
  [
    'PATROL_NOT_COMPLETED',
    'opening what was not handed in',
    async () =>
      call('POST', `/patrols/${open.patrol_id}/reopen`, {
        authorization: await bearer('admin'),
        body: { reason: 'ошибка' },
      }),
  ],
  [
    'PRECONDITION_FAILED',
    'another version than the present one',
    () => call('PATCH', entryOf(open), { headers: { 'if-match': '"1"' }, body: absent }),
  ],
  [
    'PATROL_NOT_IN_PROGRESS',
    'drawing up anew',
    () => call('POST', `/patrols/${completed.patrol_id}/refresh`),
  ],
  ['PATROL_NOT_IN_PROGRESS', 'mark', () => call('PATCH', entryOf(completed), { body: absent })],
  ['PATROL_NOT_IN_PROGRESS', 'remove', () => call('DELETE', entryOf(completed))],
  [
    'PATROL_NOT_IN_PROGRESS',
    'add',
    () => call('POST', `/patrols/${completed.patrol_id}`, { body: { user_id: NOBODY, room: '1' } }),
  ],
  [
    'SERVICE_UNAVAILABLE',
    'auth-service out of reach',
    () => {
      campus.auth.replace('ValidateToken', async () => Promise.reject(statusError(grpc.status.UNAVAILABLE)));
      return call('GET', '/patrols');
    },
  ],
  [
    'SERVICE_UNAVAILABLE',
    'application-service past its deadline',
    () => {
      campus.applications.replace('GetApprovedLeaves', () => new Promise(() => {}));
      return call('POST', '/patrols', { body: { date: '2025-12-02', building: '8', entrance: 1 } });
    },
  ],
  [
    'INTERNAL_ERROR',
    'a table that is not there',
    async () => {
      await campus.sql('alter table patrols rename to elsewhere');
      try {
        return await call('GET', '/patrols');
      } finally {
        await campus.sql('alter table elsewhere rename to patrols');
      }
    },
  ],
];

test.each(rows)('%s: %s', async (code, _way, ask) => expectError(await ask(), code));

test('no row of the table is without a way to it', () => {
  expect(new Set(rows.map(([code]) => code))).toEqual(new Set(Object.keys(ERRORS)));
});

test('a cause goes to the log and never to the caller', async () => {
  await campus.sql('alter table patrols rename to elsewhere');
  const answer = await call('GET', '/patrols').finally(() =>
    campus.sql('alter table elsewhere rename to patrols'),
  );
  expect(JSON.stringify(answer.body)).not.toMatch(/relation|patrols|select/);
  const line = campus.logged.find(
    (entry) => entry.trace_id === answer.body.error.trace_id && entry.level === 'ERROR',
  );
  expect(JSON.stringify(line)).toContain('relation \\"public.patrols\\" does not exist');
});

test('503 says when to come again, 401 how to come in, 405 what is allowed', async () => {
  campus.auth.replace('ValidateToken', async () => Promise.reject(statusError(grpc.status.UNAVAILABLE)));
  expect((await call('GET', '/patrols')).headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await call('GET', '/patrols', { authorization: null })).headers.get('www-authenticate')).toBe(
    'Bearer',
  );
  expect((await call('PUT', '/patrols')).headers.get('allow')).toBe('GET, POST, HEAD');
  expect((await call('DELETE', '/patrols')).status).toBe(405);
});
