import { afterAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { adoptDatabase } from '../../lib/adoption/adopt.ts';
import { plainText } from '../../lib/patrols/plain-text.ts';
import { entryOf, patrolOf, TIMES, trailOf, written } from '../adopted-rows.ts';
import {
  CHECKED,
  CREATED,
  closeOldDatabases,
  createOldDatabase,
  type OldDatabase,
  STARTED,
  UPDATED,
} from '../old-database.ts';

const log = pino({ level: 'silent' });

const adopt = ({ databaseUrl }: OldDatabase) => adoptDatabase({ databaseUrl, log });
afterAll(closeOldDatabases);

describe('rows that this service would not write are put right, and the audit trail says how they were', () => {
  const mark = (is_present: boolean | null, absence_reason: string | null, checked_at: string | null) => ({
    is_present,
    absence_reason,
    checked_at,
  });

  test.each([
    [
      'a reason of a present student goes',
      mark(true, 'у врача', CHECKED),
      mark(true, null, CHECKED),
      'present with a reason',
    ],
    [
      'a blank reason of a present student goes',
      mark(true, ' ', null),
      mark(true, null, null),
      'present with a reason',
    ],
    [
      'a reason of a student who was not checked goes',
      mark(null, 'у врача', null),
      mark(null, null, null),
      'not checked with a reason',
    ],
    [
      'an empty reason of an absence becomes null',
      mark(false, '', CHECKED),
      mark(false, null, CHECKED),
      'absent with a blank reason',
    ],
    [
      'a reason that nobody can see becomes null',
      mark(false, ' \t\n\u00a0\u200b\u2800\ufeff', null),
      mark(false, null, null),
      'absent with a blank reason',
    ],
    [
      'who was not checked was not checked at any time',
      mark(null, null, CHECKED),
      mark(null, null, null),
      'not checked with checked_at',
    ],
  ])('%s', async (_, old, kept, reason) => {
    const database = await createOldDatabase();
    const patrolId = await database.patrol();
    const entryId = await database.entry(patrolId, old);
    expect((await adopt(database)).changes).toEqual({ rows: 1, reasons: [{ reason, rows: 1 }] });
    const inJson = (state: typeof old) => ({
      ...state,
      checked_at: state.checked_at && written(state.checked_at),
    });
    expect(await entryOf(database, entryId)).toMatchObject({ ...inJson(kept), ...TIMES });
    expect(await trailOf(database, entryId)).toEqual([
      {
        action: 'entry_marked',
        patrol_id: patrolId,
        patrol_entry_id: entryId,
        user_id: null,
        trace_id: 'adoption',
        before: inJson(old),
        after: inJson(kept),
      },
    ]);
  });

  test.each([
    [
      'handed in without a time: when it was changed last',
      'completed',
      null,
      UPDATED,
      'completed without submitted_at',
    ],
    [
      'not handed in, and a time of it: it goes',
      'in_progress',
      CHECKED,
      null,
      'in progress with submitted_at',
    ],
  ])('%s', async (_, status, old, kept, reason) => {
    const database = await createOldDatabase();
    const patrolId = await database.patrol({ status, submitted_at: old });
    expect((await adopt(database)).changes).toEqual({ rows: 1, reasons: [{ reason, rows: 1 }] });
    const after = await patrolOf(database, patrolId);
    expect(after).toMatchObject({ status, submitted_at: kept && written(kept), ...TIMES });
    expect(await trailOf(database, patrolId)).toEqual([
      {
        action: 'patrol_changed',
        patrol_id: patrolId,
        patrol_entry_id: null,
        user_id: null,
        trace_id: 'adoption',
        before: { ...after, submitted_at: old && written(old) },
        after,
      },
    ]);
  });

  test('a reason is blank where the service would take it for blank, and stays where anything can be seen', async () => {
    const characters = Array.from({ length: 0x10ffff }, (_, at) => String.fromCodePoint(at + 1));
    const invisible = characters.filter(
      (character) => character.isWellFormed() && plainText(character, 2000) === '',
    );
    const database = await createOldDatabase();
    const patrolId = await database.patrol();
    const absentFor = (absence_reason: string) =>
      database.entry(patrolId, { is_present: false, absence_reason });
    const blank = await absentFor(invisible.join(''));
    const seen = await Promise.all(['.', '❤\ufe0f', `\u200b-`].map(absentFor));
    await adopt(database);
    expect(invisible.length).toBeGreaterThan(4000);
    expect(await entryOf(database, blank)).toMatchObject({ absence_reason: null });
    for (const entryId of seen) expect(await trailOf(database, entryId)).toEqual([]);
  });

  test('a row with several oddities is one row and one record', async () => {
    const database = await createOldDatabase();
    const entryId = await database.entry(await database.patrol(), mark(null, ' ', CHECKED));
    const { changes } = await adopt(database);
    expect(changes.rows).toBe(1);
    expect(changes.reasons).toHaveLength(2);
    expect(await trailOf(database, entryId)).toHaveLength(1);
  });

  test('a time that is missing is the closest one that is known, and a room that is missing is empty', async () => {
    const database = await createOldDatabase();
    const unstarted = await database.patrol({ started_at: null });
    const uncreated = await database.patrol({ created_at: null, updated_at: null });
    const timeless = await database.patrol({ started_at: null, created_at: null, updated_at: null });
    const entryId = await database.entry(unstarted, { room: null, created_at: null });
    const { changes } = await adopt(database);
    expect(changes.rows).toBe(4);
    expect(await patrolOf(database, unstarted)).toMatchObject({ started_at: written(CREATED), ...TIMES });
    const started = written(STARTED);
    expect(await patrolOf(database, uncreated)).toMatchObject({ created_at: started, updated_at: started });
    expect(await patrolOf(database, timeless)).toMatchObject({ started_at: expect.any(String) });
    expect(await entryOf(database, entryId)).toMatchObject({ room: '', created_at: written(UPDATED) });
    expect(await trailOf(database, uncreated)).toMatchObject([
      { action: 'patrol_changed', before: { created_at: null }, after: { created_at: started } },
    ]);
  });
});
