import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { archiveEvenings } from '../../lib/archive/archive.ts';
import type { CampusDate } from '../../lib/campus-types.ts';
import { archiveStage, BEFORE, everythingOf, FIRST, LAST, SECOND } from '../archiving.ts';
import { bearer } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { watchOver } from '../watching.ts';

const stage = archiveStage();
const { started, datesOf, other, files } = stage;

describe('while it archives', () => {
  const archiveHere = (options: Partial<Parameters<typeof archiveEvenings>[0]> = {}) =>
    archiveEvenings({
      databaseUrl: stage.campus.environment.DATABASE_URL ?? '',
      before: '2025-10-01' as CampusDate,
      ...{ folder: stage.folder, withUnfinished: false, log: pino({ level: 'silent' }) },
      ...{ onEvening: () => {}, isStopped: () => false, ...options },
    });

  /** A session of somebody who changes the tables past the service. */
  test('a change that was in flight is in the file: an evening is read once changes of it are over', async () => {
    const client = await other();
    await client.query('begin');
    await client.query('update patrols set patrol_by = gen_random_uuid() where date = $1', [FIRST]);
    const archiving = archiveHere();
    await untilWaiting(stage.campus, 1);
    await client.query('commit');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2, records: 4 + 5 - 1 + 1 });
    const names = await files();
    const text = String(gunzipSync(await readFile(join(stage.folder, names[0] ?? ''))));
    expect(text).toContain('"patrol_changed"');
  });

  test('a person who is erased meanwhile is erased first, or once the evening is in its file', async () => {
    const client = await other();
    const [{ user_id: person = '' } = {}] = await stage.campus.sql<{ user_id: string }>(
      'select user_id from patrol_entries join patrols using (patrol_id) where date = $1',
      [FIRST],
    );
    await client.query('begin');
    await client.query(
      'select public.erase_person_from($1, array(select public.patrols_of_person($1, true)), true)',
      [person],
    );
    const archiving = archiveHere();
    await untilWaiting(stage.campus, 1);
    await client.query('commit');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2 });
    for (const file of await files())
      expect(String(gunzipSync(await readFile(join(stage.folder, file))))).not.toContain(person);
  });

  test('a run that is cut off has lost nothing, and the next one goes on', async () => {
    const before = await everythingOf(stage.campus);
    const client = await other();
    await client.query('begin');
    await client.query('select from patrols where date = $1 for update', [SECOND]);
    const archiving = archiveHere();
    const failed = expect(archiving).rejects.toThrow();
    await untilWaiting(stage.campus, 1);
    await stage.campus.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    await failed;
    await client.query('rollback');
    await client.end();
    expect(await datesOf('patrols')).toEqual([SECOND, LAST]);
    await archiveHere();
    expect(await datesOf('patrols')).toEqual([LAST]);
    await stage.archive('--restore', ...(await files()).map((file) => join(stage.folder, file)));
    expect(await everythingOf(stage.campus)).toEqual(before);
  });

  test('it can be stopped after an evening', async () => {
    let evenings = 0;
    const options = { onEvening: () => (evenings += 1), isStopped: () => evenings > 0 };
    expect(await archiveHere(options)).toMatchObject({ evenings: 1, wasStopped: true });
    expect(await archiveHere()).toMatchObject({ evenings: 1, wasStopped: false });
  });

  test('a second one is refused', async () => {
    const client = await other();
    await client.query('begin');
    await client.query('select from patrols where date = $1 for update', [FIRST]);
    const archiving = archiveHere();
    await untilWaiting(stage.campus, 1);
    await expect(archiveHere()).rejects.toThrow('Another archiving');
    await client.query('rollback');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2 });
  });

  test('a stream of events goes on, also from an event that was archived', async () => {
    const authorization = await bearer('educator');
    const [{ first = 0 } = {}] = await stage.campus.sql<{ first: number }>(
      'select min(audit_id)::int as first from audit_trail',
    );
    const watch = (headers: Record<string, string>) =>
      watchOver(`${stage.campus.url}/api/v1/patrols/events`, { authorization, ...headers });
    const live = await watch({});
    await live.until(1);
    await archiveHere();
    const { id } = await started('2025-12-01');
    const [, event] = await live.until(2);
    expect(event?.data).toMatchObject({ action: 'patrol_started', patrol_id: id });
    const later = await watch({ 'last-event-id': String(first) });
    // The one that stayed: its four changes; and the new one's two.
    const missed = await later.until(6);
    expect(missed.map(({ data }) => data.date)).toEqual([...Array(4).fill(LAST), '2025-12-01', '2025-12-01']);
    live.close();
    later.close();
  });
});

describe('the trail', () => {
  test.each([
    ['of another evening', SECOND, `delete from audit_trail where date = '${FIRST}'`],
    ['of several evenings', FIRST, 'delete from audit_trail'],
    ['of archiving itself', FIRST, "delete from audit_trail where action = 'evening_archived'"],
    ['as a whole', FIRST, 'truncate audit_trail'],
    ['by an update', FIRST, `update audit_trail set user_id = null where date = '${FIRST}'`],
  ])('is not given away by the permission for one evening: %s', async (_what, evening, statement) => {
    await stage.campus.sql("insert into audit_trail (action, date) values ('evening_archived', $1)", [FIRST]);
    const before = await everythingOf(stage.campus);
    await expect(
      stage.campus.sql(`select set_config('patrol.archiving', '${evening}', true); ${statement}`),
    ).rejects.toThrow('append-only');
    expect(await everythingOf(stage.campus)).toEqual(before);
  });

  test('goes on about all other evenings while one is archived', async () => {
    await stage.campus.sql(
      `select set_config('patrol.archiving', '${SECOND}', true); delete from patrols where date = '${FIRST}'`,
    );
    const rows = await stage.campus.sql(
      "select action from audit_trail where date = $1 and action in ('patrol_deleted', 'entries_removed')",
      [FIRST],
    );
    expect(rows).toHaveLength(2);
  });
});

describe('the command', () => {
  test('prints what it takes', async () => {
    const { stdout } = await stage.archive('--help');
    for (const word of ['--before', '--months', '--to', '--discard', '--unfinished', '--restore'])
      expect(stdout).toContain(word);
  });

  test('refuses what is unclear, and changes nothing', async () => {
    await expect(stage.archive(...BEFORE, '--discard', '--to', stage.folder)).rejects.toThrow(
      'one of --to and --discard',
    );
    expect(await datesOf('patrols')).toEqual([FIRST, SECOND, LAST]);
  });

  test('takes evenings by their age in months', async () => {
    const { stdout } = await stage.archive('--months', '2', '--discard');
    expect(stdout).toContain('evenings 3 ');
  });

  test('works under limits that are set for other programs', async () => {
    const database = new URL(stage.campus.environment.DATABASE_URL ?? '').pathname.slice(1);
    const holder = await other();
    await holder.query('begin');
    await holder.query('select from patrols where date = $1 for update', [FIRST]);
    await stage.campus.sql(`alter role campus in database ${database} set statement_timeout = '300ms'`);
    const archiving = stage.archive(...BEFORE, '--to', stage.folder);
    const waitsBeyondIt = `
      select from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database() and clock_timestamp() - query_start > interval '500 ms'`;
    while ((await stage.campus.sql(waitsBeyondIt)).length === 0);
    await holder.query('rollback');
    await holder.end();
    expect((await archiving).stdout).toContain('evenings 2 ');
    await stage.campus.sql(`alter role campus in database ${database} reset statement_timeout`);
  });
});
