import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { adoptDatabase } from '../../lib/adoption/adopt.ts';
import { closeOldDatabases, contentOf, createOldDatabase, type OldDatabase } from '../old-database.ts';

afterAll(closeOldDatabases);

describe('the command', () => {
  const run = (script: string, { databaseUrl }: OldDatabase) =>
    promisify(execFile)(process.execPath, [`lib/bin/${script}`], {
      // As the campus writes it, and nothing else.
      env: { DATABASE_URL: databaseUrl.replace('postgresql://', 'postgresql+asyncpg://') },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );

  test('wants the database’s address alone, and says in one line how many rows and why, of nobody in particular', async () => {
    const database = await createOldDatabase();
    const patrolId = await database.patrol();
    await database.entry(patrolId, { is_present: true, absence_reason: 'у врача' });
    await database.entry(patrolId, { is_present: true, absence_reason: 'у врача', room: null });
    expect(await run('adopt.ts', database)).toEqual({
      code: 0,
      stdout:
        'adopted: patrols 1, entries 2; rows changed: 2 (present with a reason 2, entry without room, created_at or updated_at 1)\n',
      stderr: '',
    });
    expect(await run('migrate.ts', database)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('ends with 1 and one sentence where there is nothing to adopt', async () => {
    const database = await createOldDatabase();
    await adoptDatabase({ databaseUrl: database.databaseUrl, log: pino({ level: 'silent' }) });
    expect(await run('adopt.ts', database)).toEqual({
      code: 1,
      stdout: '',
      stderr: "This database is the service's own already: there is nothing to adopt.\n",
    });
  });

  test('is named by a start on tables that were not adopted', async () => {
    const database = await createOldDatabase();
    const before = await contentOf(database);
    const { code, stdout, stderr } = await run('migrate.ts', database);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^This database holds the tables of .*`npm run adopt`.*\n$/);
    expect(await contentOf(database)).toEqual(before);
  });
});
