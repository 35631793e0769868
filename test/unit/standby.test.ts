import { expect, test } from '@jest/globals';
import { createOwnChanges } from '../../lib/database/recent-changes.ts';
import { faultOf } from '../../lib/database/standby-check.ts';
import { createPrimaryPositions, hasReplayed } from '../../lib/database/wal-positions.ts';

const primary = { is_standby: false, position: '200', cluster: '1' };
const standby = { is_standby: true, position: '200', cluster: '1' };
const silent = { error: new Error('silent') };

test('a standby that follows the primary has no fault', () => {
  expect(faultOf({ server: standby }, { server: primary })).toBeNull();
});

test.each([
  ['does not answer', silent, { server: primary }],
  ['the primary does not say', { server: standby }, silent],
  ['DATABASE_URL leads to a standby', { server: standby }, { server: standby }],
  ['another cluster', { server: { ...standby, cluster: '2' } }, { server: primary }],
  ['no standby, or was promoted', { server: { ...standby, is_standby: false } }, { server: primary }],
  ['does not say how far', { server: { ...standby, position: null } }, { server: primary }],
  ['follows another primary', { server: { ...standby, position: '201' } }, { server: primary }],
])('a standby is not read: %s', (why, one, other) => {
  expect(faultOf(one, other)).toContain(why);
});

test('positions are compared as numbers, and a server that takes changes has replayed none', () => {
  expect(hasReplayed({ is_standby: true, position: '1000' }, 999n)).toBe(true);
  expect(hasReplayed({ is_standby: true, position: '999' }, 1000n)).toBe(false);
  expect(hasReplayed({ is_standby: true, position: null }, 0n)).toBe(false);
  expect(hasReplayed({ is_standby: false, position: '1000' }, 999n)).toBe(false);
});

test('a standby is as late as the newest moment whose commits it all has', () => {
  const positions = createPrimaryPositions();
  expect(positions.reachedMs(100n)).toBeNull();
  expect(positions.firstSince(0)).toBeNull();
  positions.add(1000, 100n);
  positions.add(2000, 100n);
  positions.add(3000, 150n);
  expect(positions.reachedMs(99n)).toBeNull();
  expect(positions.reachedMs(149n)).toBe(2000);
  expect(positions.reachedMs(150n)).toBe(3000);
  expect(positions.firstSince(2000)).toBe(100n);
  expect(positions.firstSince(2001)).toBe(150n);
  expect(positions.firstSince(3001)).toBeNull();
  positions.add(62_000, 150n);
  expect(positions.reachedMs(100n)).toBe(2000);
  positions.add(63_001, 150n);
  expect(positions.reachedMs(100n)).toBeNull();
});

test('what was changed before a moment is forgotten', async () => {
  const changes = createOwnChanges();
  await changes.around('one', true, async () => {});
  changes.forget(Number.POSITIVE_INFINITY);
  expect(await changes.around('one', false, async () => changes.lastMs())).toBe(Number.NEGATIVE_INFINITY);
});
