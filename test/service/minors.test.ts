import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestEntrance, person, type TestEntrance } from '../entrance.ts';

let campus: TestEntrance['campus'];
let start: TestEntrance['start'];
let serve: TestEntrance['serve'];
let restore: TestEntrance['restore'];

beforeAll(async () => {
  ({ campus, start, serve, restore } = await openTestEntrance());
});
afterAll(() => campus.close());
afterEach(() => restore());

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

  /** Pages of which some repeat what others have, while `total` stays the same, as with equal creation times. */
  function servePages(pagesOf: (reading: number) => ReturnType<typeof person>[][], total: number) {
    let reading = 0;
    campus.auth.replace('GetUsers', async ({ page }) => {
      if (page === 1) reading += 1;
      const pages = pagesOf(reading);
      return { users: pages[page - 1] ?? [], total, page, size: 100, pages: pages.length };
    });
  }

  test('a listing of 130 whose second page skips one, its total unchanged, is read again', async () => {
    const people = Array.from({ length: 130 }, () => person());
    const [whole, second] = [people.slice(0, 100), people.slice(100)];
    servePages(
      (reading) => [whole, reading === 1 ? [...second.slice(1), ...whole.slice(0, 1)] : second],
      130,
    );
    expect(listed(await start())).toEqual(people.map(({ user_id }) => user_id).toSorted());
  });

  test('a listing that stays short of its total starts no patrol: after three readings it is 503, with nothing written', async () => {
    const people = Array.from({ length: 12 }, () => person());
    servePages(() => [people], 13);
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(campus.auth.calls.filter(({ method }) => method === 'GetUsers')).toHaveLength(3);
    expect(await campus.sql('select 1 from patrols')).toEqual([]);
  });

  test('readings of which none is whole, and all together are, make a whole list', async () => {
    const people = Array.from({ length: 12 }, () => person());
    servePages((reading) => [people.toSpliced(reading, 1)], 12);
    expect((await start()).entries).toHaveLength(12);
  });

  test('somebody who left between two readings does not stand for somebody whom both missed', async () => {
    const people = Array.from({ length: 150 }, () => person());
    const [leaver, missed] = [people[4], people[120]];
    const without = (...gone: unknown[]) => people.filter((one) => !gone.includes(one));
    let reading = 0;
    campus.auth.replace('GetUsers', async ({ page }) => {
      if (page === 1) reading += 1;
      // First the leaver goes between the pages; then the pages repeat somebody in place of the one that they miss.
      const total = reading === 1 && page === 1 ? 150 : 149;
      const listed = reading === 1 ? (page === 1 ? people : without(leaver)) : without(leaver, missed);
      const users = listed.slice((page - 1) * 100, page * 100);
      return {
        users: page === 2 && reading > 1 ? [...users, listed[0] ?? person()] : users,
        total,
        page,
        size: 100,
        pages: 2,
      };
    });
    await expect(start()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('whom one page has as a minor of the entrance is looked for, whatever another page says of them', async () => {
    const minor = person();
    serve([minor, { ...minor, entrance: 2 }, { ...minor, is_minor: false }]);
    expect(listed(await start())).toEqual([minor.user_id]);
  });

  test('rooms are brought into plain form', async () => {
    serve([person({ room: ' 10и\u0306\u200b' })]);
    expect((await start()).entries[0]?.room).toBe('10й');
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
