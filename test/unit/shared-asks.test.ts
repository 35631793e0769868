import { expect, jest, test } from '@jest/globals';
import type { CampusDate, Place } from '../../lib/campus-types.ts';
import { createCampusMinors } from '../../lib/clients/campus-minors.ts';
import { createRosters } from '../../lib/clients/rosters.ts';

/** What asks the peers for everybody does so once for all who ask at the same time. */

const buildings = new Map([
  ['8', 4],
  ['9', 4],
]);
const campus = { buildings, timezone: 'Europe/Moscow', patrolStartTime: '22:00' };
const names = { remember: () => {} };
const place = { date: '2025-12-01' as CampusDate, building: '8', entrance: 1 };

/** Peers that know nobody, and answer when they are told to. */
function peers() {
  const { promise, resolve: answer } = Promise.withResolvers<[]>();
  const minorsOf = jest.fn((_place: Place) => promise);
  const leavesAround = jest.fn(() => promise);
  return { answer: () => answer([]), minorsOf, leavesAround };
}

test('twenty refreshes of one entrance at once ask each peer once, those of another entrance for themselves', async () => {
  const { answer, minorsOf, leavesAround } = peers();
  let nowMs = 0;
  const rosters = createRosters({
    authService: { minorsOf },
    applicationService: { leavesAround },
    ...{ names, campus, clock: () => new Date('2025-12-01T19:30:00Z'), now: () => nowMs },
  });
  const asked = Array.from({ length: 20 }, () => rosters.shared({ ...place }));
  const elsewhere = rosters.shared({ ...place, entrance: 2 });
  expect([minorsOf.mock.calls.length, leavesAround.mock.calls.length]).toEqual([2, 2]);
  // A leave may have been approved since.
  nowMs = 1001;
  const later = rosters.shared(place);
  expect(minorsOf.mock.calls.length).toBe(3);
  answer();
  await Promise.all([...asked, elsewhere, later]);
});

test('a start asks for itself: it is cancelled with its own caller', async () => {
  const { answer, minorsOf, leavesAround } = peers();
  const rosters = createRosters({
    authService: { minorsOf },
    applicationService: { leavesAround },
    ...{ names, campus, clock: () => new Date('2025-12-01T19:30:00Z') },
  });
  const asked = [rosters.of(place), rosters.of(place)];
  expect(minorsOf.mock.calls.length).toBe(2);
  answer();
  await Promise.all(asked);
});

test('twenty who ask for coverage at once ask auth-service once for each entrance', async () => {
  const { answer, minorsOf } = peers();
  const minors = createCampusMinors({ authService: { minorsOf }, names, buildings, now: () => 0 });
  const asked = Array.from({ length: 20 }, () => minors.all());
  answer();
  await Promise.all(asked);
  expect(minorsOf.mock.calls.map(([{ building, entrance }]) => `${building}-${entrance}`).toSorted()).toEqual(
    [...['8-1', '8-2', '8-3', '8-4', '9-1', '9-2', '9-3', '9-4']],
  );
});
