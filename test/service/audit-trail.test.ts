import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { residentFor } from '../../infra/local/campus.ts';
import { ROLES } from '../../lib/auth/roles.ts';
import { AuditAction } from '../../lib/patrols/trail-schemas.ts';
import { bearer, NEWCOMERS, startTestService } from '../campus.ts';
import { type GrpcClient, grpcClient } from '../grpc-client.ts';
import { type RestClient, restClient } from '../rest-client.ts';

const ids = { 'x-trace-id': 'audited-1' };
const educator = residentFor('educator').user_id;

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let rpc: GrpcClient;
let admin: string;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  rpc = await grpcClient(campus.service.grpcPort);
  admin = await bearer('admin');
});
afterAll(async () => {
  rpc.close();
  await campus.close();
});
beforeEach(async () => {
  await campus.sql('delete from patrols');
});

const place = { date: '2025-12-01', building: '8', entrance: 2 };

async function started() {
  const { body } = await call('POST', '/patrols', { headers: ids, body: place });
  const [first, second] = body.entries.filter((entry: { is_present: unknown }) => entry.is_present === null);
  return { patrol: body, path: `/patrols/${body.patrol_id}`, first, second };
}

async function trailOf(patrolId: string) {
  const { status, body } = await call('GET', `/patrols/${patrolId}/audit`, { authorization: admin });
  expect(status).toBe(200);
  return body.items;
}

describe('every change leaves who, when, what before and after, and under which trace', () => {
  test('starting, marking, adding, removing, handing in', async () => {
    const { patrol, path, first, second } = await started();
    const reason = { is_present: false, absence_reason: 'у врача' };
    await call('PATCH', `${path}/${first.patrol_entry_id}`, { headers: ids, body: reason });
    await call('PATCH', `${path}/${first.patrol_entry_id}`, { headers: ids, body: { is_present: true } });
    await call('DELETE', `${path}/${second.patrol_entry_id}`, { headers: ids });
    const student = { user_id: second.user_id, room: second.room };
    await call('POST', path, { headers: ids, body: student });
    await call('PATCH', path, { headers: ids, body: { status: 'completed' } });
    const trail = await trailOf(patrol.patrol_id);
    expect(trail.map(({ action }: { action: string }) => action)).toEqual([
      ...[
        'patrol_started',
        'entries_added',
        'entry_marked',
        'entry_marked',
        'entries_removed',
        'entries_added',
      ],
      'patrol_completed',
    ]);
    for (const record of trail) {
      expect(record).toMatchObject({ user_id: educator, trace_id: 'audited-1', patrol_id: patrol.patrol_id });
    }
    const [, listed, absent, present, removed, added, completed] = trail;
    expect(listed.after).toHaveLength(patrol.entries.length);
    const nothing = { is_present: null, absence_reason: null, checked_at: null, leave_until: null };
    expect(absent.before).toEqual(nothing);
    expect(absent.after).toMatchObject(reason);
    // The record has the whole entry as the mark left it.
    expect(absent.after).toMatchObject(present.before);
    expect(removed).toMatchObject({
      patrol_entry_id: second.patrol_entry_id,
      before: [student],
      after: null,
    });
    expect(added.after).toMatchObject([student]);
    expect([completed.before.status, completed.after.status]).toEqual(['in_progress', 'completed']);
  });

  test('over gRPC too', async () => {
    const metadata = { authorization: admin, 'x-trace-id': 'audited-2' };
    const { message } = await rpc.call('CreatePatrol', place, { metadata });
    const { message: trail } = await rpc.call(
      'GetPatrolAudit',
      { patrol_id: message.patrol_id },
      { metadata },
    );
    expect(trail.items[0]).toMatchObject({
      action: 'patrol_started',
      user_id: residentFor('admin').user_id,
      trace_id: 'audited-2',
      before: '',
    });
    expect(JSON.parse(trail.items[0].after)).toMatchObject(place);
  });

  test('what is changed past the service is in it as well, without a name to it', async () => {
    const { patrol } = await started();
    await campus.sql('update patrol_entries set is_present = true, absence_reason = null');
    expect((await trailOf(patrol.patrol_id)).at(-1)).toMatchObject({ action: 'entry_marked', user_id: null });
  });
});

test('what is refused leaves nothing', async () => {
  const { patrol, path, first } = await started();
  const before = (await trailOf(patrol.patrol_id)).length;
  await call('POST', '/patrols', { body: place });
  await call('POST', path, { body: { user_id: first.user_id, room: '1' } });
  await call('PATCH', `${path}/99999999-0000-4000-8000-000000000001`, { body: { is_present: true } });
  await call('PATCH', `${path}/${first.patrol_entry_id}`, { body: { absence_reason: 'дома' } });
  expect(await trailOf(patrol.patrol_id)).toHaveLength(before);
});

test('a change whose record cannot be written does not happen', async () => {
  const { path, first } = await started();
  await campus.sql('alter table audit_trail add constraint full_up check (audit_id < 0) not valid');
  const answer = await call('PATCH', `${path}/${first.patrol_entry_id}`, { body: { is_present: true } });
  await campus.sql('alter table audit_trail drop constraint full_up');
  expect(answer.status).toBe(500);
  expect((await call('GET', `${path}/${first.patrol_entry_id}`)).body.is_present).toBeNull();
});

test('the trail of a deleted patrol stays, with all that was in it', async () => {
  const { patrol, path } = await started();
  await call('DELETE', path, { headers: ids });
  expect((await call('GET', path)).status).toBe(404);
  const trail = await trailOf(patrol.patrol_id);
  const last = trail.filter(({ action }: { action: string }) => /deleted|removed/.test(action));
  expect(last.map(({ action }: { action: string }) => action).toSorted()).toEqual([
    'entries_removed',
    'patrol_deleted',
  ]);
  for (const record of last)
    expect(record).toMatchObject({ user_id: educator, trace_id: 'audited-1', after: null });
});

test('only a head of educators and an admin read it, and only of a patrol that is or was', async () => {
  const { path } = await started();
  for (const role of ROLES.filter((candidate) => candidate !== 'admin' && candidate !== 'educator_head')) {
    const { status } = await call('GET', `${path}/audit`, { authorization: await bearer(role) });
    expect([role, status]).toEqual([role, 403]);
  }
  const unknown = '/patrols/99999999-0000-4000-8000-000000000001/audit';
  expect((await call('GET', unknown, { authorization: admin })).body.error.code).toBe('PATROL_NOT_FOUND');
  expect((await call('GET', '/patrols/x/audit', { authorization: admin })).status).toBe(400);
});

test.each(['update audit_trail set user_id = null', 'delete from audit_trail', 'truncate audit_trail'])(
  'nobody rewrites it: %s',
  async (statement) => {
    await started();
    await expect(campus.sql(statement)).rejects.toThrow('append-only');
  },
);

test('the actions that the trail may hold are those that the API names', async () => {
  const [check] = await campus.sql<{ definition: string }>(
    "select pg_get_functiondef('public.is_audit_action'::regproc) as definition",
  );
  const inSql = [...(check?.definition.matchAll(/'(\w+)'/g) ?? [])].map(([, action]) => action);
  expect(inSql.toSorted()).toEqual(AuditAction.enum.toSorted());
  await expect(campus.sql("insert into audit_trail (action) values ('entry_liked')")).rejects.toThrow(
    'audit_trail_action_check',
  );
});

type Target = { readonly patrol_id: string; readonly patrol_entry_id: string };

/** What has to be there before some of them change anything. */
const BEFORE: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  RefreshPatrol: (target) => rpc.call('DeletePatrolEntry', target),
  ReopenPatrol: ({ patrol_id }) => rpc.call('UpdatePatrol', { patrol_id, status: 'completed' }),
};

/** What each operation that changes something is asked for, of a patrol and an entry of its own. */
const CHANGES: Readonly<Record<string, (target: Target) => Record<string, unknown>>> = {
  CreatePatrol: () => ({ date: '2025-11-30', building: '9', entrance: 3 }),
  UpdatePatrol: ({ patrol_id }) => ({ patrol_id, status: 'completed' }),
  DeletePatrol: ({ patrol_id }) => ({ patrol_id }),
  AddPatrolEntry: ({ patrol_id }) => ({ patrol_id, user_id: NEWCOMERS[0]?.user_id, room: '404' }),
  DeletePatrolEntry: (target) => ({ ...target }),
  UpdatePatrolEntry: (target) => ({ ...target, is_present: true }),
  RefreshPatrol: ({ patrol_id }) => ({ patrol_id }),
  ReopenPatrol: ({ patrol_id }) => ({ patrol_id, reason: 'вернулся позже' }),
  MarkPatrolEntries: ({ patrol_id, patrol_entry_id }) => ({
    patrol_id,
    marks: [{ patrol_entry_id, is_present: true }],
  }),
};

test.each(operations.filter(({ rest }) => rest && rest.method !== 'GET'))(
  '$name leaves who asked for it, and under which trace',
  async ({ name }) => {
    const inputOf = CHANGES[name];
    if (!inputOf) throw new Error(`say in CHANGES what ${name} is asked for`);
    const patrol = await rpc.call('CreatePatrol', { date: '2025-11-29', building: '9', entrance: 4 });
    const { patrol_id, entries } = patrol.message;
    const target = { patrol_id, patrol_entry_id: entries[0].patrol_entry_id };
    await BEFORE[name]?.(target);
    const input = inputOf(target);
    const metadata = { authorization: admin, 'x-trace-id': `change-${name}` };
    const { code, details } = await rpc.call(name, input, { metadata });
    expect({ code, details }).toEqual({ code: 0, details: 'OK' });
    const left = await campus.sql<{ user_id: string }>(
      'select user_id from audit_trail where trace_id = $1',
      [`change-${name}`],
    );
    expect(new Set(left.map(({ user_id }) => user_id))).toEqual(new Set([residentFor('admin').user_id]));
  },
);
