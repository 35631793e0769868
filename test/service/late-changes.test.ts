import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { markEntry } from '../../handlers/mark-entry.ts';
import { startPatrol } from '../../handlers/start-patrol.ts';
import { invoke } from '../../lib/invoke.ts';
import { bearer, openTestContext } from '../campus.ts';

let campus: Awaited<ReturnType<typeof openTestContext>>;

beforeAll(async () => {
  campus = await openTestContext();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await campus.close();
});

test('a clock that was set an hour back costs one change, and then the clocks are compared anew', async () => {
  const credentials = { authorization: await bearer('educator') };
  const input = { date: '2025-12-01', building: '8', entrance: 1 };
  const { patrol_id, entries } = await invoke(startPatrol, campus.context, { input, credentials });
  const target = { patrol_id, patrol_entry_id: entries[0]?.patrol_entry_id };
  const mark = () =>
    invoke(markEntry, campus.context, { input: { ...target, is_present: true }, credentials });
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);

  await expect(mark()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  const [row] = await campus.sql('select is_present from patrol_entries where patrol_entry_id = $1', [
    target.patrol_entry_id,
  ]);
  expect(row).toEqual({ is_present: entries[0]?.is_present });
  // The comparison was begun with the refusal; whoever repeats at once may still come before it.
  const repeated = await mark().catch(mark);
  expect(repeated.is_present).toBe(true);
});
