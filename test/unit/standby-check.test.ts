import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Pool } from '../../lib/database/pool.ts';
import { createStandbyCheck } from '../../lib/database/standby-check.ts';

const log = pino({ level: 'silent' });
const clock = { nowMs: 0 };
const now = () => clock.nowMs;

/** A server that says what it is told to say, or nothing. */
function serverThat(first: Record<string, unknown> | null) {
  const says = { answer: first };
  const asked: (() => void)[] = [];
  // The check asks one query alone, whose rows these are.
  const maybeOne = (async () => {
    for (const tell of asked.splice(0)) tell();
    if (says.answer) return says.answer;
    throw new Error('silent');
  }) as unknown as Pool['maybeOne'];
  return { says, maybeOne, isAsked: () => new Promise<void>((resolve) => asked.push(resolve)) };
}

test('a primary that misses one question does not get the reads of the standby on top', async () => {
  const primary = serverThat({ is_standby: false, position: '200', cluster: '1' });
  const standby = serverThat({ is_standby: true, position: '200', cluster: '1' });
  const check = createStandbyCheck({ primary, standby, log, now });
  while (!check.isUsed()) await standby.isAsked();
  primary.says.answer = null;
  await primary.isAsked();
  // The next question of the standby comes after that check.
  await standby.isAsked();
  expect(check.isUsed()).toBe(true);
  await check.stop();
});

test('a primary that says nothing for a second leaves nothing to be read by', async () => {
  const primary = serverThat({ is_standby: false, position: '200', cluster: '1' });
  const standby = serverThat({ is_standby: true, position: '200', cluster: '1' });
  const check = createStandbyCheck({ primary, standby, log, now });
  while (!check.isUsed()) await standby.isAsked();
  expect(check.needed(Number.NEGATIVE_INFINITY)).toBe(200n);
  primary.says.answer = null;
  clock.nowMs += 1001;
  while (check.isUsed()) await standby.isAsked();
  expect(check.needed(Number.NEGATIVE_INFINITY)).toBeNull();
  await check.stop();
});
