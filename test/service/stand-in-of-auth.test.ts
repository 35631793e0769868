import * as grpc from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { startAuthStandIn } from '../../infra/local/auth-stand-in.ts';
import { type Resident, residentFor } from '../../infra/local/campus.ts';
import { issueToken } from '../../infra/local/token-issuer.ts';
import { ROLES } from '../../lib/auth/roles.ts';
import { authService, eachWithStandIns, residents, type StandIns, secret } from '../stand-ins.ts';

let auth: StandIns['auth'];
let ask: StandIns['ask'];

eachWithStandIns((standIns) => {
  ({ auth, ask } = standIns);
});

function sign(claims: Record<string, unknown>, { key = secret, alg = 'HS256' } = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 60, type: 'access', ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
}

const isStudent = ({ roles }: Resident) => roles.includes('student');

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

  test('a role is had or not; of an unknown user it is NOT_FOUND', async () => {
    const unknown = { user_id: '00000000-0000-4000-8000-000000000000', required_role: 'student' };
    const asked = ask(auth, authService.CheckUserRole, unknown);
    await expect(asked).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
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

  /** Returns the ids of all pages, as they come. */
  async function readAll(size: number, peer = auth): Promise<string[]> {
    const ids = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const answer = await ask(peer, authService.GetUsers, { page, size });
      expect(answer.users.length).toBeLessThanOrEqual(size);
      ids.push(...answer.users.map(({ user_id }) => user_id));
      // Of distinct residents, however often some of them come.
      expect(answer.total).toBe(residents.length);
      pages = answer.pages;
    }
    return ids;
  }
  const everybody = residents.map(({ user_id }) => user_id).sort();

  test.each([1, 2, 3, 7, 20, 50, 100])(
    'paging to the end by %i meets every resident at least once',
    async (size) => {
      expect([...new Set(await readAll(size))].sort()).toEqual(everybody);
    },
  );

  test('there are more pages than total needs, for some come twice', async () => {
    const { total, size, pages } = await get({ size: 10 });
    expect(pages).toBeGreaterThan(Math.ceil(total / size));
    expect(await readAll(10)).toHaveLength(total + pages - 1);
  });

  test('pages overlap while total stays the same, as often as it is told: some are missed until it is read again', async () => {
    const unsettled = await startAuthStandIn({ port: 0, residents, jwtSecret: secret, unsettled: 2 });
    try {
      for (const size of [20, 100]) {
        expect(new Set(await readAll(size, unsettled)).size).toBeLessThan(residents.length);
      }
      expect([...new Set(await readAll(20, unsettled))].sort()).toEqual(everybody);
    } finally {
      await unsettled.stop();
    }
  });

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
