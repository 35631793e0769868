import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { type ApplicationHandlers, startApplicationStandIn } from '../../infra/local/application-stand-in.ts';
import { type AuthHandlers, startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { type Resident, residentFor, settleCampus } from '../../infra/local/campus.ts';
import { type PeerStandIn, statusError } from '../../infra/local/peer-server.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { ROLES } from '../../lib/identity/caller.ts';
import type { UnaryMethod } from '../../lib/peers/channel.ts';
import { loadProto } from '../../lib/peers/proto.ts';
import type { ProtoGrpcType as ApplicationProto } from '../../proto/generated/application.ts';
import type { ProtoGrpcType as AuthProto } from '../../proto/generated/auth.ts';

const secret = 'supersecretkey';
const residents = settleCampus();
const authService = loadProto<AuthProto>('auth.proto').campus.auth.AuthService.service;
const applicationService =
  loadProto<ApplicationProto>('application.proto').campus.application.ApplicationService.service;

let auth: PeerStandIn<AuthHandlers>;
let application: PeerStandIn<ApplicationHandlers>;
let clients: Map<number, grpc.Client>;

beforeEach(async () => {
  clients = new Map();
  auth = await startAuthStandIn({ port: 0, residents, jwtSecret: secret });
  application = await startApplicationStandIn({ port: 0, residents });
});

afterEach(async () => {
  for (const client of clients.values()) client.close();
  await Promise.all([auth.stop(), application.stop()]);
});

interface CallOptions {
  readonly metadata?: grpc.Metadata;
  readonly deadline?: number;
}

function ask<Request, Answer>(
  { port }: { readonly port: number },
  method: UnaryMethod<Request, Answer>,
  request: Request,
  { metadata = new grpc.Metadata(), deadline = Date.now() + 5000 }: CallOptions = {},
): Promise<Answer> {
  const client = clients.get(port) ?? new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  clients.set(port, client);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, answer) => (error || answer === undefined ? reject(error) : resolve(answer)),
    );
  });
}

function sign(claims: Record<string, unknown>, { key = secret, alg = 'HS256' } = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 60, type: 'access', ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
}

const isStudent = ({ roles }: Resident) => roles.includes('student');

describe('the campus', () => {
  test('is the same at every call, and every id is a uuid v4 that nobody shares', () => {
    expect(settleCampus()).toEqual(residents);
    const ids = new Set(residents.map(({ user_id }) => user_id));
    expect(ids.size).toBe(residents.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('every entrance has 8–14 minors, some adult students, and staff without a room', () => {
    for (const building of ['8', '9']) {
      for (const entrance of [1, 2, 3, 4]) {
        const here = residents.filter((one) => one.building === building && one.entrance === entrance);
        const minors = here.filter(({ is_minor }) => is_minor);
        expect(minors.length).toBeGreaterThanOrEqual(8);
        expect(minors.length).toBeLessThanOrEqual(14);
        expect(minors.every((minor) => isStudent(minor) && minor.room !== '')).toBe(true);
        expect(here.filter((one) => isStudent(one) && !one.is_minor).length).toBeGreaterThanOrEqual(2);
        expect(here.filter((one) => !isStudent(one))).toMatchObject([{ room: '', is_minor: false }]);
      }
    }
  });

  test('every role has its well-known person; the one on patrol is a minor of building 8', () => {
    for (const role of ROLES) expect(residentFor(role).roles).toContain(role);
    expect(residentFor('student').roles).toEqual(['student']);
    expect(residentFor('student_patrol')).toMatchObject({
      building: '8',
      is_minor: true,
      roles: ['student', 'student_patrol'],
    });
  });

  test('phones and emails can belong to nobody', () => {
    for (const { phone, email } of residents) {
      expect(phone).toMatch(/^\+7000\d{7}$/);
      expect(email).toMatch(/@campus\.example$/);
    }
  });
});

describe('ValidateToken', () => {
  const validate = (token: string) => ask(auth, authService.ValidateToken, { token });

  test('an issued token is valid, for the well-known person with their place and the roles of the token', async () => {
    for (const role of ROLES) {
      const { user_id, roles, building, entrance, floor, room } = residentFor(role);
      expect(await validate(await issueToken({ secret, role }))).toEqual({
        valid: true,
        ...{ user_id, roles, building, entrance, floor, room },
      });
    }
  });

  test('a token without roles has those of its person, and a stranger has none', async () => {
    const { user_id } = residentFor('student_head');
    expect((await validate(await sign({ sub: user_id }))).roles).toEqual(['student', 'student_head']);
    expect(await validate(await sign({ sub: 'a-stranger' }))).toMatchObject({
      valid: true,
      user_id: 'a-stranger',
      roles: [],
      building: '',
    });
  });

  test('a token of another secret is valid: false, not an error', async () => {
    const token = await issueToken({ secret: 'anothersecret!', role: 'admin' });
    expect(await validate(token)).toMatchObject({ valid: false, user_id: '', roles: [] });
  });

  test.each<[string, () => Promise<string>]>([
    ['that has expired', () => issueToken({ secret, role: 'admin', expiresInSeconds: -1 })],
    ['that never expires', () => sign({ sub: 'x', exp: undefined })],
    ['to refresh with', () => sign({ sub: 'x', type: 'refresh' })],
    ['of nobody', () => sign({})],
    ['whose sub is a number', () => sign({ sub: 7 })],
    ['of another algorithm', () => sign({ sub: 'x' }, { alg: 'HS512' })],
    ['that is none', async () => 'not a token'],
    ['that is empty', async () => ''],
  ])('a token %s is valid: false, not an error', async (_, make) => {
    expect((await validate(await make())).valid).toBe(false);
  });
});

describe('GetUserInfo and CheckUserRole', () => {
  test('a resident is known by id; an unknown user is NOT_FOUND', async () => {
    const admin = residentFor('admin');
    expect(await ask(auth, authService.GetUserInfo, { user_id: admin.user_id })).toEqual(admin);
    const unknown = ask(auth, authService.GetUserInfo, { user_id: '00000000-0000-4000-8000-000000000000' });
    await expect(unknown).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
  });

  test('a role is had or not', async () => {
    const { user_id } = residentFor('student_patrol');
    const has = (required_role: string) => ask(auth, authService.CheckUserRole, { user_id, required_role });
    expect(await has('student')).toEqual({ has_role: true });
    expect(await has('educator')).toEqual({ has_role: false });
  });
});

describe('GetUsers', () => {
  const get = (request: Parameters<typeof authService.GetUsers.requestSerialize>[0]) =>
    ask(auth, authService.GetUsers, request);

  test('page 0 is page 1 and size 0 is 20, never all', async () => {
    const answer = await get({});
    expect(answer).toMatchObject({ page: 1, size: 20, total: residents.length });
    expect(answer.users).toHaveLength(20);
    expect(await get({ page: 1, size: 20 })).toEqual(answer);
    expect(await get({ page: -1, size: -1 })).toEqual(answer);
  });

  test('size is never more than 100', async () => {
    const answer = await get({ size: 5000 });
    expect(answer.size).toBe(100);
    expect(answer.users).toHaveLength(100);
  });

  test.each([1, 2, 3, 7, 20, 50, 100])(
    'paging to the end by %i meets every resident at least once',
    async (size) => {
      const met = new Set<string>();
      for (let page = 1, pages = 1; page <= pages; page += 1) {
        const answer = await get({ page, size });
        expect(answer.users.length).toBeLessThanOrEqual(size);
        for (const { user_id } of answer.users) met.add(user_id);
        pages = answer.pages;
      }
      expect([...met].sort()).toEqual(residents.map(({ user_id }) => user_id).sort());
    },
  );

  test('the last of a page comes again as first of the next one', async () => {
    const [first, second] = await Promise.all([get({ page: 1, size: 10 }), get({ page: 2, size: 10 })]);
    expect(second.users.at(0)).toEqual(first.users.at(-1));
  });

  test('a page past the end is empty, and so is a listing of nobody', async () => {
    const { pages } = await get({ size: 100 });
    expect(await get({ page: pages + 1, size: 100 })).toMatchObject({
      users: [],
      total: residents.length,
      pages,
    });
    expect(await get({ building: '10' })).toMatchObject({ users: [], total: 0, page: 1, pages: 0 });
  });

  test('exactly one full page is one page', async () => {
    const { total } = await get({ building: '8', entrance: 1 });
    const full = await get({ building: '8', entrance: 1, size: total });
    expect(full).toMatchObject({ total, pages: 1 });
    expect((await get({ building: '8', entrance: 1, size: total, page: 2 })).users).toEqual([]);
  });

  test('place filters hold, role does not: staff and adults of the entrance come along', async () => {
    const { users } = await get({ building: '9', entrance: 2, role: 'student', size: 100 });
    expect(new Set(users.map(({ building, entrance }) => `${building}/${entrance}`))).toEqual(
      new Set(['9/2']),
    );
    expect(users.some((user) => isStudent(user) && !user.is_minor)).toBe(true);
    expect(users.some((user) => user.roles.includes('educator'))).toBe(true);

    const upstairs = await get({ building: '9', entrance: 2, floor: 2, room: '204' });
    expect(upstairs.users.length).toBeGreaterThan(0);
    for (const user of upstairs.users) expect(user).toMatchObject({ floor: 2, room: '204' });
  });
});

describe('GetApprovedLeaves', () => {
  const leaves = async (date: string, building: string, entrance: number) =>
    (await ask(application, applicationService.GetApprovedLeaves, { date, building, entrance })).records;
  const people = new Map(residents.map((resident) => [resident.user_id, resident]));
  const dates = ['2024-02-29', '2025-12-01', '2025-12-02', '2025-12-03', '2025-12-04', '2026-06-30'];

  /** No offset means UTC. */
  const moment = (text: string) => Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);

  test.each(dates)('every kind of leave is present on any date (%s)', async (date) => {
    const tenInTheEvening = Date.parse(`${date}T22:00:00+03:00`);
    const nextMorning = tenInTheEvening + 12 * 60 * 60 * 1000;
    for (const building of ['8', '9']) {
      const kinds = new Set<string>();
      for (const entrance of [1, 2, 3, 4]) {
        const records = await leaves(date, building, entrance);
        expect(records.length).toBeGreaterThanOrEqual(2);
        expect(records.length).toBeLessThanOrEqual(5);
        if (new Set(records.map(({ user_id }) => user_id)).size < records.length)
          kinds.add('two of one student');
        for (const record of records) {
          const [from, until] = [moment(record.leave_time), moment(record.return_time)];
          const who = people.get(record.user_id);
          if (from <= tenInTheEvening && tenInTheEvening < until) kinds.add('covers 22:00');
          if (until <= tenInTheEvening) kinds.add('over');
          if (from > tenInTheEvening) kinds.add('not yet begun');
          if (from <= tenInTheEvening && until === nextMorning) kinds.add('overnight until 10:00');
          if (!who?.is_minor) kinds.add('of an adult');
          if (who?.entrance !== entrance) kinds.add('from another entrance');
          kinds.add(`written ${/(Z|\+03:00)?$/.exec(record.leave_time)?.[0] || 'without offset'}`);
          expect(from).toBeLessThan(until);
          expect(record.room).toBe(who?.room);
          expect(record.reason).toMatch(/^[а-яё ]+$/);
        }
      }
      expect([...kinds].sort()).toEqual([
        'covers 22:00',
        'from another entrance',
        'not yet begun',
        'of an adult',
        'over',
        'overnight until 10:00',
        'two of one student',
        'written +03:00',
        'written Z',
        'written without offset',
      ]);
    }
  });

  test('the same leaves at every call, and other people on another date', async () => {
    const first = await leaves('2025-12-01', '8', 1);
    expect(await leaves('2025-12-01', '8', 1)).toEqual(first);
    const ids = (records: typeof first) => records.map(({ user_id }) => user_id);
    expect(ids(await leaves('2025-12-05', '8', 1))).not.toEqual(ids(first));
  });

  test('most minors of an entrance have none', async () => {
    const away = new Set((await leaves('2025-12-01', '8', 1)).map(({ user_id }) => user_id));
    const minors = residents.filter((one) => one.building === '8' && one.entrance === 1 && one.is_minor);
    expect(minors.filter(({ user_id }) => away.has(user_id)).length).toBeLessThan(minors.length / 2);
  });

  test.each(['', '2025-02-30', '01.12.2025'])(
    'a date that is none (%j) is INVALID_ARGUMENT',
    async (date) => {
      await expect(leaves(date, '8', 1)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    },
  );
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
    expect(Math.abs((auth.calls[0]?.deadline?.getTime() ?? 0) - deadline)).toBeLessThan(200);
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

  test('stops at once with a call in flight, twice if need be, and its port is free again', async () => {
    const arrived = new Promise<void>((resolve) => {
      auth.replace('GetUserInfo', async () => {
        resolve();
        return new Promise(() => {});
      });
    });
    const cut = expect(getUser()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
    await arrived;
    const began = Date.now();
    await auth.stop();
    await auth.stop();
    expect(Date.now() - began).toBeLessThan(500);
    await cut;
    auth = await startAuthStandIn({ port: auth.port, residents, jwtSecret: secret });
    expect(await getUser()).toMatchObject(request);
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
