import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { archiveEvenings } from '../../lib/archive/archive.ts';
import type { CampusDate } from '../../lib/campus-types.ts';
import { archiveCommand, everythingOf } from '../archiving.ts';
import { bearer, cloneTemplate, startTestService } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { watchOver } from '../watching.ts';

/** Two evenings that go, and one that stays. */
const [FIRST, SECOND, LAST] = ['2025-09-01', '2025-09-02', '2025-11-30'];
const BEFORE = ['--before', '2025-10-01'];
const place = { building: '8', entrance: 2 };

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let archive: ReturnType<typeof archiveCommand>;
let folder: string;

beforeAll(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  archive = archiveCommand(campus);
});
afterAll(() => campus.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patrol-archive-'));
  for (const date of [FIRST, SECOND, LAST]) await walked(date);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await campus.sql(`
    alter table audit_trail disable trigger user;
    delete from audit_trail;
    alter table audit_trail enable trigger user;
    set session_replication_role = replica;
    delete from patrol_entries; delete from patrols; delete from patrol_counts;
    set session_replication_role = origin
  `);
});

async function started(date: string | undefined, entrance = 2) {
  const { body } = await call('POST', '/patrols', { body: { date, ...place, entrance } });
  const [entry] = body.entries.filter((one: { is_present: unknown }) => one.is_present === null);
  return { id: body.patrol_id as string, path: `/patrols/${body.patrol_id}`, entry };
}

/** A patrol with a mark that was handed in. */
async function walked(date: string | undefined, entrance = 2) {
  const patrol = await started(date, entrance);
  await call('PATCH', `${patrol.path}/${patrol.entry.patrol_entry_id}`, {
    body: { is_present: false, absence_reason: 'уехал\nдомой "сам"' },
  });
  await call('PATCH', patrol.path, { body: { status: 'completed' } });
  return patrol;
}

const datesOf = async (table: string) => {
  const rows = await campus.sql<{ date: string }>(
    `select distinct to_char(date, 'YYYY-MM-DD') as date from ${table} where ${table === 'patrols' ? 'true' : "action not like 'evening%'"} order by 1`,
  );
  return rows.map(({ date }) => date);
};

/** A connection of somebody else, who closes it. */
async function other() {
  const client = new pg.Client({ connectionString: campus.environment.DATABASE_URL });
  await client.connect();
  return client;
}

const files = async () => (await readdir(folder)).toSorted();

describe('old evenings', () => {
  test('go with their records of the trail, and what is younger stays', async () => {
    const { stdout } = await archive(...BEFORE, '--to', folder);
    expect(stdout).toMatch(/^2025-09-01: patrols 1, entries \d+, records of the trail 4\n2025-09-02: /);
    expect(stdout).toMatch(/\nevenings 2 \(patrols 2, .*\) before 2025-10-01 archived to /);
    expect(stdout).toContain('152-FZ');
    expect(await datesOf('patrols')).toEqual([LAST]);
    expect(await datesOf('audit_trail')).toEqual([LAST]);
    expect(
      await campus.sql('select from patrol_entries where patrol_id not in (select patrol_id from patrols)'),
    ).toEqual([]);
    expect((await call('GET', `/patrols?date=${FIRST}`)).body.total).toBe(0);
  });

  test('are no longer in the totals that triggers keep', async () => {
    await archive(...BEFORE, '--to', folder);
    for (const query of ['', '?building=8&entrance=2&status=completed', '?status=completed']) {
      expect((await call('GET', `/patrols${query}`)).body.total).toBe(1);
    }
    expect((await call('GET', '/patrols?status=in_progress')).body.total).toBe(0);
  });

  test('leave one record each, which says what went, where to, and by which role; that stays', async () => {
    await archive(...BEFORE, '--to', folder);
    const authorization = await bearer('admin');
    const trail = () => call('GET', `/patrols/audit?date_from=${FIRST}&date_to=${FIRST}`, { authorization });
    const [record, ...others] = (await trail()).body.items;
    expect(others).toEqual([]);
    const [file = ''] = await files();
    const sha256 = createHash('sha256')
      .update(await readFile(join(folder, file)))
      .digest('hex');
    expect(record).toMatchObject({
      ...{ action: 'evening_archived', patrol_id: null, user_id: null, date: FIRST },
      after: { patrols: 1, records: 4, file, sha256, role: 'campus' },
    });
    const found = await call('GET', '/patrols/audit?action=evening_archived', { authorization });
    expect(found.body.items).toHaveLength(2);
    expect((await archive(...BEFORE, '--to', folder)).stdout).toMatch(/^evenings 0 /);
    expect((await trail()).body.items).toEqual([record]);
  });

  test('of which a patrol was deleted go too: their trail alone is archived', async () => {
    const { path } = await started('2025-09-03');
    await call('DELETE', path);
    const { stdout } = await archive(...BEFORE, '--to', folder);
    expect(stdout).toContain('2025-09-03: patrols 0, entries 0, records of the trail 4\n');
    expect(await datesOf('audit_trail')).toEqual([LAST]);
  });

  test('that were not handed in stay, with their trail, and are told of; --unfinished takes them', async () => {
    const { path, id } = await started(SECOND, 3);
    const { stdout } = await archive(...BEFORE, '--to', folder);
    expect(stdout).toContain('not handed in, and still there: patrols 1, from 2025-09-02 on');
    expect((await call('GET', path)).status).toBe(200);
    expect(await campus.sql('select from audit_trail where patrol_id = $1', [id])).toHaveLength(2);
    expect((await archive(...BEFORE, '--to', folder, '--unfinished')).stdout).not.toContain('not handed in');
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('GET', '/patrols?status=in_progress')).body.total).toBe(0);
    expect(await files()).toHaveLength(3);
  });

  test('are thrown away only where that is asked for', async () => {
    const { stdout } = await archive(...BEFORE, '--discard');
    expect(stdout).toContain('deleted for good');
    expect(await datesOf('patrols')).toEqual([LAST]);
    const [record] = await campus.sql("select after from audit_trail where action = 'evening_archived'");
    expect(record).toMatchObject({ after: { file: null, sha256: null } });
  });
});

describe('the files', () => {
  test('are for their owner alone, and each line of them is a row', async () => {
    await archive(...BEFORE, '--to', join(folder, 'made'));
    expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o700);
    const names = await readdir(join(folder, 'made'));
    expect(names).toHaveLength(2);
    for (const name of names) {
      const path = join(folder, 'made', name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const lines = String(gunzipSync(await readFile(path)))
        .trimEnd()
        .split('\n');
      const { archive: heading } = JSON.parse(lines[0] ?? '');
      expect(lines).toHaveLength(1 + heading.patrols + heading.entries + heading.records);
      expect(lines.slice(1).map((line) => Object.keys(JSON.parse(line)).length)).not.toContain(2);
    }
  });

  test('bring everything back as it was, to the last digit, and a second time change nothing', async () => {
    const before = await everythingOf(campus);
    await archive(...BEFORE, '--to', folder);
    expect((await everythingOf(campus)).length).toBeLessThan(before.length);
    const paths = (await files()).map((file) => join(folder, file));
    const { stdout } = await archive('--restore', ...paths);
    expect(stdout).toMatch(/restored patrols 1, entries \d+, records of the trail 4\n/);
    expect(await everythingOf(campus)).toEqual(before);
    expect((await call('GET', '/patrols?status=completed')).body.total).toBe(3);
    expect((await archive('--restore', ...paths)).stdout).toContain(
      'restored patrols 0, entries 0, records of the trail 0',
    );
    expect(await everythingOf(campus)).toEqual(before);
    const records = await campus.sql("select from audit_trail where action = 'evening_restored'");
    expect(records).toHaveLength(2);
  });

  test('can be read into an empty database, whose own records then get ids of their own', async () => {
    await archive(...BEFORE, '--to', folder);
    const url = await cloneTemplate();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const paths = (await files()).map((file) => join(folder, file));
    await archiveCommand({ environment: { DATABASE_URL: url } })('--restore', ...paths);
    const { rows } = await client.query(
      "select max(audit_id) filter (where action <> 'evening_restored') < max(audit_id) as is_after, count(*)::int as records from audit_trail",
    );
    expect(rows).toEqual([{ is_after: true, records: 10 }]);
    await client.end();
  });

  test('that are not whole, or named otherwise, are refused, and nothing of them is restored', async () => {
    await archive(...BEFORE, '--to', folder);
    const [file = ''] = await files();
    const bytes = await readFile(join(folder, file));
    await writeFile(join(folder, file), bytes.subarray(0, -1));
    await expect(archive('--restore', join(folder, file))).rejects.toThrow(
      'the checksum is not the one in its name',
    );
    await writeFile(join(folder, 'other.gz'), bytes);
    await expect(archive('--restore', join(folder, 'other.gz'))).rejects.toThrow('cannot be restored');
    await expect(archive('--restore', join(folder, 'none.ndjson.gz'))).rejects.toThrow('ENOENT');
    expect(await datesOf('patrols')).toEqual([LAST]);
  });

  test('of a place that has another patrol by now are refused whole', async () => {
    await archive(...BEFORE, '--to', folder);
    await started(FIRST);
    const before = await everythingOf(campus);
    const [file = ''] = await files();
    await expect(archive('--restore', join(folder, file))).rejects.toThrow('has been started since');
    expect(await everythingOf(campus)).toEqual(before);
  });

  test('that cannot be written take nothing with them', async () => {
    const before = await everythingOf(campus);
    await writeFile(join(folder, 'taken'), '');
    await expect(archive(...BEFORE, '--to', join(folder, 'taken'))).rejects.toThrow('--to');
    expect(await everythingOf(campus)).toEqual(before);
  });
});

describe('while it archives', () => {
  const archiveHere = (options: Partial<Parameters<typeof archiveEvenings>[0]> = {}) =>
    archiveEvenings({
      databaseUrl: campus.environment.DATABASE_URL ?? '',
      before: '2025-10-01' as CampusDate,
      ...{ folder, withUnfinished: false, log: pino({ level: 'silent' }) },
      ...{ onEvening: () => {}, isStopped: () => false, ...options },
    });

  /** A session of somebody who changes the tables past the service. */
  test('a change that was in flight is in the file: an evening is read once changes of it are over', async () => {
    const client = await other();
    await client.query('begin');
    await client.query('update patrols set patrol_by = gen_random_uuid() where date = $1', [FIRST]);
    const archiving = archiveHere();
    await untilWaiting(campus, 1);
    await client.query('commit');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2, records: 4 + 5 - 1 + 1 });
    const names = await files();
    const text = String(gunzipSync(await readFile(join(folder, names[0] ?? ''))));
    expect(text).toContain('"patrol_changed"');
  });

  test('a person who is erased meanwhile is erased first, or once the evening is in its file', async () => {
    const client = await other();
    const [{ user_id: person = '' } = {}] = await campus.sql<{ user_id: string }>(
      'select user_id from patrol_entries join patrols using (patrol_id) where date = $1',
      [FIRST],
    );
    await client.query('begin');
    await client.query(
      'select public.erase_person_from($1, array(select public.patrols_of_person($1, true)), true)',
      [person],
    );
    const archiving = archiveHere();
    await untilWaiting(campus, 1);
    await client.query('commit');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2 });
    for (const file of await files())
      expect(String(gunzipSync(await readFile(join(folder, file))))).not.toContain(person);
  });

  test('a run that is cut off has lost nothing, and the next one goes on', async () => {
    const before = await everythingOf(campus);
    const client = await other();
    await client.query('begin');
    await client.query('select from patrols where date = $1 for update', [SECOND]);
    const archiving = archiveHere();
    const failed = expect(archiving).rejects.toThrow();
    await untilWaiting(campus, 1);
    await campus.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    await failed;
    await client.query('rollback');
    await client.end();
    expect(await datesOf('patrols')).toEqual([SECOND, LAST]);
    await archiveHere();
    expect(await datesOf('patrols')).toEqual([LAST]);
    await archive('--restore', ...(await files()).map((file) => join(folder, file)));
    expect(await everythingOf(campus)).toEqual(before);
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
    await untilWaiting(campus, 1);
    await expect(archiveHere()).rejects.toThrow('Another archiving');
    await client.query('rollback');
    await client.end();
    expect(await archiving).toMatchObject({ evenings: 2 });
  });

  test('a stream of events goes on, also from an event that was archived', async () => {
    const authorization = await bearer('educator');
    const [{ first = 0 } = {}] = await campus.sql<{ first: number }>(
      'select min(audit_id)::int as first from audit_trail',
    );
    const watch = (headers: Record<string, string>) =>
      watchOver(`${campus.url}/api/v1/patrols/events`, { authorization, ...headers });
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
    await campus.sql("insert into audit_trail (action, date) values ('evening_archived', $1)", [FIRST]);
    const before = await everythingOf(campus);
    await expect(
      campus.sql(`select set_config('patrol.archiving', '${evening}', true); ${statement}`),
    ).rejects.toThrow('append-only');
    expect(await everythingOf(campus)).toEqual(before);
  });

  test('goes on about all other evenings while one is archived', async () => {
    await campus.sql(
      `select set_config('patrol.archiving', '${SECOND}', true); delete from patrols where date = '${FIRST}'`,
    );
    const rows = await campus.sql(
      "select action from audit_trail where date = $1 and action in ('patrol_deleted', 'entries_removed')",
      [FIRST],
    );
    expect(rows).toHaveLength(2);
  });
});

describe('the command', () => {
  test('prints what it takes', async () => {
    const { stdout } = await archive('--help');
    for (const word of ['--before', '--months', '--to', '--discard', '--unfinished', '--restore'])
      expect(stdout).toContain(word);
  });

  test('refuses what is unclear, and changes nothing', async () => {
    await expect(archive(...BEFORE, '--discard', '--to', folder)).rejects.toThrow(
      'one of --to and --discard',
    );
    expect(await datesOf('patrols')).toEqual([FIRST, SECOND, LAST]);
  });

  test('takes evenings by their age in months', async () => {
    const { stdout } = await archive('--months', '2', '--discard');
    expect(stdout).toContain('evenings 3 ');
  });

  test('works under limits that are set for other programs', async () => {
    const database = new URL(campus.environment.DATABASE_URL ?? '').pathname.slice(1);
    const holder = await other();
    await holder.query('begin');
    await holder.query('select from patrols where date = $1 for update', [FIRST]);
    await campus.sql(`alter role campus in database ${database} set statement_timeout = '300ms'`);
    const archiving = archive(...BEFORE, '--to', folder);
    const waitsBeyondIt = `
      select from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database() and clock_timestamp() - query_start > interval '500 ms'`;
    while ((await campus.sql(waitsBeyondIt)).length === 0);
    await holder.query('rollback');
    await holder.end();
    expect((await archiving).stdout).toContain('evenings 2 ');
    await campus.sql(`alter role campus in database ${database} reset statement_timeout`);
  });
});
