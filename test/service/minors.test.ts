import { randomUUID } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { statusError } from '../../infra/local/peer-server.ts';
import { invoke } from '../../lib/invoke.ts';
import type { UserInfoResponse__Output as UserInfo } from '../../proto/generated/campus/auth/UserInfoResponse.ts';
import { bearer, openTestContext } from '../campus.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;
let credentials: { authorization: string };

beforeAll(async () => {
  campus = await openTestContext({ environment: { GRPC_TIMEOUT_SECONDS: '1' } });
  credentials = { authorization: await bearer('educator') };
});
afterAll(() => campus.close());
afterEach(async () => {
  campus.auth.restore();
  campus.applications.restore();
  await campus.sql('delete from patrols');
});

const place = { date: '2025-12-01', building: '8', entrance: 3 };

function start(input: object = place) {
  return invoke(startPatrol, campus.context, { input, credentials });
}

function person(more: Partial<UserInfo> = {}): UserInfo {
  return {
    user_id: randomUUID(),
    last_name: 'Иванов',
    first_name: 'Иван',
    patronymic: 'Иванович',
    building: '8',
    entrance: 3,
    floor: 1,
    room: '101',
    roles: ['student'],
    phone: '',
    email: '',
    is_minor: true,
    ...more,
  };
}

/** Lists `people` in pages of the size that was asked for, never more than 100. */
function serve(people: readonly UserInfo[]) {
  campus.auth.replace('GetUsers', async ({ page, size }) => {
    const length = Math.min(size || 20, 100);
    const at = (Math.max(page, 1) - 1) * length;
    const pages = Math.ceil(people.length / length);
    return { users: people.slice(at, at + length), total: people.length, page, size: length, pages };
  });
}

const listed = (patrol: { entries: readonly { user_id: string }[] }) =>
  patrol.entries.map(({ user_id }) => user_id).toSorted();

describe('who is on the list', () => {
  test('all 137 minors among 260 people, whichever page they are on', async () => {
    const minors = Array.from({ length: 137 }, () => person());
    const others = Array.from({ length: 123 }, (_, at) =>
      person(at % 2 === 0 ? { is_minor: false } : { roles: ['educator'] }),
    );
    const people = [...minors, ...others].toSorted((one, other) => (one.user_id < other.user_id ? -1 : 1));
    serve(people);
    const patrol = await start();
    expect(listed(patrol)).toEqual(minors.map(({ user_id }) => user_id).toSorted());
    const asked = campus.auth.calls
      .filter(({ method }) => method === 'GetUsers')
      .map(({ request }) => request);
    expect(asked.map(({ page, size }) => [page, size])).toEqual([
      [1, 100],
      [2, 100],
      [3, 100],
    ]);
    expect(asked[0]).toMatchObject({ building: '8', entrance: 3, role: 'student' });
  });

  test('exactly one hundred minors are no reason to stop early or to go on for ever', async () => {
    serve(Array.from({ length: 100 }, () => person()));
    expect((await start()).entries).toHaveLength(100);
  });

  test('no adult, no staff, nobody of another entrance or building', async () => {
    const minor = person({ roles: ['student', 'student_patrol'] });
    serve([
      minor,
      person({ is_minor: false }),
      person({ roles: ['educator'] }),
      person({ roles: [] }),
      person({ entrance: 2 }),
      person({ building: '9' }),
    ]);
    expect(listed(await start())).toEqual([minor.user_id]);
  });

  test('a student who comes twice is listed once, in whatever case the id is written', async () => {
    const minor = person();
    serve([minor, person(), { ...minor, user_id: minor.user_id.toUpperCase() }, minor]);
    expect((await start()).entries).toHaveLength(2);
  });

  test('a peer that shrinks its pages, or caps their size, hides nobody', async () => {
    const people = Array.from({ length: 130 }, () => person());
    campus.auth.replace('GetUsers', async ({ page }) => {
      const users = people.slice((page - 1) * 50, page * 50);
      return { users, total: 130, page, size: 50, pages: 3 };
    });
    expect((await start()).entries).toHaveLength(130);
  });

  test('a `pages` that is wrong in mid-listing does not cut a full page short', async () => {
    const people = Array.from({ length: 230 }, () => person());
    campus.auth.replace('GetUsers', async ({ page }) => {
      const users = people.slice((page - 1) * 100, page * 100);
      return { users, total: 230, page, size: 100, pages: page === 1 ? 3 : 1 };
    });
    expect((await start()).entries).toHaveLength(230);
  });

  test('somebody who slips to a page already read while the listing changes is found by reading again', async () => {
    const people = Array.from({ length: 120 }, () => person());
    let asked = 0;
    campus.auth.replace('GetUsers', async ({ page }) => {
      asked += 1;
      // Between the first page and the second, the first resident moves out: number 100 slips to page 1.
      if (asked === 2) people.shift();
      const users = people.slice((page - 1) * 100, page * 100);
      return { users, total: people.length, page, size: 100, pages: 2 };
    });
    const found = listed(await start());
    for (const { user_id } of people) expect(found).toContain(user_id);
  });

  test('an entrance with no minors makes a patrol with no entries', async () => {
    serve([]);
    expect((await start()).entries).toEqual([]);
  });

  test('a child with an odd room is still looked for', async () => {
    serve([person({ room: '' }), person({ room: ' 101, второй этаж, налево' }), person({ room: '7\0' })]);
    const rooms = (await start()).entries.map(({ room }) => room);
    expect(rooms.toSorted()).toEqual(['', '101, второ', '7']);
  });
});

describe('who is written off on a leave', () => {
  const record = (user_id: string, leave_time: string, return_time: string, reason = 'театр') => ({
    ...{ user_id, leave_time, return_time, reason, user_name: '', room: '' },
  });

  async function entryWith(records: (user_id: string) => object[], now?: string) {
    const minor = person();
    serve([minor]);
    campus.applications.replace('GetApprovedLeaves', async () => ({ records: records(minor.user_id) }));
    const before = campus.clock.now;
    if (now) campus.clock.now = new Date(now);
    try {
      return (await start()).entries[0];
    } finally {
      campus.clock.now = before;
    }
  }

  test('a leave that covers the moment: absent, with the reason, and not checked by anybody', async () => {
    const entry = await entryWith((id) => [
      record(id, '2025-12-01T18:00:00+03:00', '2025-12-01T23:00:00+03:00'),
    ]);
    expect(entry).toMatchObject({
      is_present: false,
      checked_at: null,
      absence_reason: 'Одобренное заявление на выход до 23:00: театр',
    });
  });

  test('times without an offset are UTC', async () => {
    const entry = await entryWith((id) => [record(id, '2025-12-01T15:00:00', '2025-12-02T07:00:00.123456')]);
    expect(entry?.absence_reason).toBe('Одобренное заявление на выход до 02.12 10:00: театр');
  });

  test('a leave that ended between 22:00 and a later start leaves the student to be checked', async () => {
    const leave = (id: string) => [record(id, '2025-12-01T15:00:00Z', '2025-12-01T19:30:00Z')];
    expect((await entryWith(leave, '2025-12-01T19:29:59Z'))?.is_present).toBe(false);
    await campus.sql('delete from patrols');
    expect((await entryWith(leave, '2025-12-01T19:30:00Z'))?.is_present).toBeNull();
  });

  test('leaves with unreadable times excuse nobody, and are logged', async () => {
    const entry = await entryWith((id) => [
      record(id, 'вчера', '2025-12-01T23:00:00+03:00'),
      record(id, '', ''),
    ]);
    expect(entry?.is_present).toBeNull();
    expect(campus.logged.filter(({ leave_user_id }) => leave_user_id === entry?.user_id)).toHaveLength(2);
  });

  test('leaves of adults and of other entrances add nobody', async () => {
    const entry = await entryWith(() => [
      record(randomUUID(), '2025-12-01T18:00:00+03:00', '2025-12-01T23:00:00+03:00'),
    ]);
    expect(entry?.is_present).toBeNull();
  });
});

describe('a start that cannot be whole leaves nothing behind', () => {
  const failures: Record<string, () => void> = {
    'a resident without a user id': () => serve([person(), person({ user_id: '' })]),
    'a resident with a broken user id': () => serve([person({ user_id: 'ivanov', is_minor: false })]),
    'a leave without a user id': () =>
      campus.applications.replace('GetApprovedLeaves', async () => ({
        records: [{ user_id: '', reason: 'x' }],
      })),
    'auth-service failing on the second page': () =>
      campus.auth.replace('GetUsers', async ({ page }) => {
        if (page > 1) throw statusError(grpc.status.INTERNAL);
        return { users: Array.from({ length: 100 }, () => person()), total: 200, page, size: 100, pages: 2 };
      }),
    'auth-service listing without end': () =>
      campus.auth.replace('GetUsers', async ({ page }) => ({
        users: [],
        total: 1,
        page,
        size: 100,
        pages: page + 1,
      })),
    'application-service out of reach': () =>
      campus.applications.replace('GetApprovedLeaves', async () => {
        throw statusError(grpc.status.UNAVAILABLE);
      }),
    'application-service silent': () =>
      campus.applications.replace('GetApprovedLeaves', () => new Promise(() => {})),
  };

  test.each(Object.entries(failures))('%s', async (_name, fail) => {
    fail();
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await campus.sql('select patrol_id from patrols')).toEqual([]);
    campus.auth.restore();
    campus.applications.restore();
    await expect(start()).resolves.toMatchObject({ status: 'in_progress' });
  });

  test('an entry that the database refuses takes its patrol with it', async () => {
    await campus.sql("alter table patrol_entries add constraint test_fault check (room <> '13')");
    serve([person(), person({ room: '13' })]);
    await expect(start()).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(await campus.sql('select patrol_id from patrols')).toEqual([]);
    await campus.sql('alter table patrol_entries drop constraint test_fault');
  });
});

describe('calls to peers', () => {
  test('both peers are asked at the same time', async () => {
    const { promise: bothAsked, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    // Neither answers before the other has been asked: one after the other would run into the deadline.
    const meet = async () => {
      asked += 1;
      if (asked === 2) resolve();
      await bothAsked;
    };
    campus.auth.replace('GetUsers', async () => {
      await meet();
      return { users: [], total: 0, page: 1, size: 100, pages: 0 };
    });
    campus.applications.replace('GetApprovedLeaves', async () => {
      await meet();
      return { records: [] };
    });
    await expect(start()).resolves.toMatchObject({ entries: [] });
  });

  test('UNAVAILABLE is retried as often as GRPC_MAX_RETRIES says, and nothing else is', async () => {
    const failing = async (code: grpc.status) => {
      campus.applications.restore();
      campus.applications.replace('GetApprovedLeaves', async () => {
        throw statusError(code);
      });
      await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      return campus.applications.calls.length;
    };
    expect(await failing(grpc.status.UNAVAILABLE)).toBe(4);
    expect(await failing(grpc.status.INTERNAL)).toBe(1);
    expect(await failing(grpc.status.RESOURCE_EXHAUSTED)).toBe(1);
  });

  test('a peer that comes back within the retries costs the caller nothing', async () => {
    let failures = 2;
    campus.applications.replace('GetApprovedLeaves', async () => {
      failures -= 1;
      if (failures >= 0) throw statusError(grpc.status.UNAVAILABLE);
      return { records: [] };
    });
    await expect(start()).resolves.toMatchObject({ status: 'in_progress' });
  });

  test('each carries the trace, the correlation id, a traceparent and the deadline', async () => {
    const { trace } = campus.surroundings;
    const identity = {
      traceId: '0af76519-16cd-43dd-8448-eb211c80319c',
      correlationId: 'evening-7',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    await trace.run(identity, () => start());
    const calls = [...campus.auth.calls, ...campus.applications.calls];
    expect(calls.map(({ method }) => method).toSorted()).toEqual([
      'GetApprovedLeaves',
      'GetUsers',
      'ValidateToken',
    ]);
    for (const { metadata, deadline } of calls) {
      expect(metadata).toMatchObject({
        'x-trace-id': identity.traceId,
        'x-correlation-id': 'evening-7',
        traceparent: identity.traceparent,
      });
      expect(deadline).not.toBeNull();
    }
  });
});
