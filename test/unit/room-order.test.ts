import { expect, test } from '@jest/globals';
import type { UserId } from '../../lib/campus-types.ts';
import { inRoomOrder } from '../../lib/patrols/room-order.ts';

test('rooms are ordered as people count', () => {
  const rooms = ['310', '101a', '10', '2', '101', '101b', 'Блок 3', '1002'];
  const entries = rooms.map((room) => ({ room, user_id: room as UserId }));
  expect(inRoomOrder(entries).map(({ room }) => room)).toEqual([
    '2',
    '10',
    '101',
    '101a',
    '101b',
    '310',
    '1002',
    'Блок 3',
  ]);
});

test('room-mates keep their order between two looks', () => {
  const entries = ['c', 'a', 'b'].map((id) => ({ room: '101', user_id: id as UserId }));
  expect(inRoomOrder(entries).map(({ user_id }) => user_id)).toEqual(['a', 'b', 'c']);
});

test('rooms that count as the same room keep their order between two looks', () => {
  const rooms = ['101', '0101', '101'].map((room, number) => ({ room, user_id: String(number) as UserId }));
  const looked = inRoomOrder(rooms);
  expect(looked.map(({ room }) => room)).toEqual(['0101', '101', '101']);
  expect(inRoomOrder(rooms.toReversed())).toEqual(looked);
});
