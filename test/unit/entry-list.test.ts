import { expect, test } from '@jest/globals';
import type { CampusDate, UserId } from '../../lib/campus-types.ts';
import { buildRoster } from '../../lib/patrols/entry-list.ts';
import type { Leave } from '../../lib/patrols/leaves.ts';

const anna = 'aaaaaaaa-0000-4000-8000-000000000001' as UserId;
const boris = 'bbbbbbbb-0000-4000-8000-000000000002' as UserId;
const when = {
  date: '2025-12-01' as CampusDate,
  moment: new Date('2025-12-01T19:00:00Z'),
  timezone: 'Europe/Moscow',
};

function leave(user_id: UserId, from: string, until: string, reason = 'дома'): Leave {
  return {
    user_id,
    leave_time: new Date(`2025-12-01T${from}:00Z`),
    return_time: new Date(`2025-12-01T${until}:00Z`),
    reason,
  };
}

test('every minor is to be checked, unless a leave covers the moment', () => {
  const minors = [
    { user_id: anna, room: '101' },
    { user_id: boris, room: '102' },
  ];
  const { entries } = buildRoster(minors, [leave(boris, '18:00', '20:00')], when);
  expect(entries).toEqual([
    { user_id: anna, room: '101', is_present: null, absence_reason: null, leave_until: null },
    {
      user_id: boris,
      room: '102',
      is_present: false,
      absence_reason: 'Одобренное заявление на выход до 23:00: дома',
      leave_until: new Date('2025-12-01T20:00:00Z'),
    },
  ]);
});

test('nobody is written off on a stale paper', () => {
  const leaves = [leave(anna, '08:00', '12:00'), leave(anna, '19:30', '20:30')];
  expect(buildRoster([{ user_id: anna, room: '101' }], leaves, when).entries[0]?.is_present).toBeNull();
});

test('of several leaves that cover the moment, the one that ends last speaks, in whatever order they come', () => {
  const short = leave(anna, '18:00', '19:30', 'магазин');
  const long = leave(anna, '17:00', '20:30', 'театр');
  const over = leave(anna, '08:00', '12:00', 'врач');
  for (const leaves of [
    [short, long, over],
    [over, long, short],
  ]) {
    const [entry] = buildRoster([{ user_id: anna, room: '101' }], leaves, when).entries;
    expect(entry?.absence_reason).toBe('Одобренное заявление на выход до 23:30: театр');
  }
});

test('a leave of somebody who is not on the list adds nobody', () => {
  const { entries } = buildRoster([{ user_id: anna, room: '101' }], [leave(boris, '18:00', '20:00')], when);
  expect(entries).toHaveLength(1);
});
