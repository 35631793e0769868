import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { type Adoption, adoptDatabase } from '../../lib/adoption/adopt.ts';
import { applyMigrations } from '../../lib/database/apply-migrations.ts';
import { MIGRATIONS, migrateDatabase } from '../../lib/database/migrations.ts';
import { entryOf, patrolOf, TIMES, written } from '../adopted-rows.ts';
import { bearer, cloneTemplate, startTestService } from '../campus.ts';
import {
  CHECKED,
  closeOldDatabases,
  contentOf,
  createOldDatabase,
  type OldDatabase,
  STARTED,
  schemaOf,
} from '../old-database.ts';
import { restClient } from '../rest-client.ts';

const log = pino({ level: 'silent' });
const NOBODY = '00000000-0000-0000-0000-000000000000';

const adopt = ({ databaseUrl }: OldDatabase) => adoptDatabase({ databaseUrl, log });
afterAll(closeOldDatabases);

describe('rows that this service would have written stay as they are', () => {
  let database: OldDatabase;
  let adoption: Adoption;
  const patrolBy = randomUUID();
  const userId = randomUUID();
  const ids = { running: '', handedIn: '', absent: '', present: '', unchecked: '', onLeave: '' };

  beforeAll(async () => {
    database = await createOldDatabase();
    ids.running = await database.patrol({ patrol_by: patrolBy, building: '7', entrance: 9 });
    ids.handedIn = await database.patrol({ status: 'completed', submitted_at: CHECKED });
    const absent = { is_present: false, absence_reason: ' у врача ', checked_at: CHECKED };
    ids.absent = await database.entry(ids.running, { ...absent, user_id: userId });
    ids.present = await database.entry(ids.running, { is_present: true, checked_at: CHECKED });
    ids.unchecked = await database.entry(ids.running);
    ids.onLeave = await database.entry(ids.handedIn, { is_present: false, absence_reason: 'отпуск' });
    adoption = await adopt(database);
  });

  test('all of them are there, and nothing is said to have been changed', () => {
    expect(adoption).toEqual({ patrols: 2, entries: 4, changes: { rows: 0, reasons: [] } });
  });

  test('patrols keep ids, places that the campus does not have, who walked, and all times to the microsecond', async () => {
    expect(await patrolOf(database, ids.running)).toEqual({
      patrol_id: ids.running,
      date: '2025-09-01',
      building: '7',
      entrance: 9,
      status: 'in_progress',
      patrol_by: patrolBy,
      started_at: written(STARTED),
      submitted_at: null,
      ...TIMES,
    });
    expect(await patrolOf(database, ids.handedIn)).toMatchObject({
      status: 'completed',
      submitted_at: written(CHECKED),
      ...TIMES,
    });
  });

  test('entries keep ids, marks, reasons as they were written, and all times; of leaves no end is known', async () => {
    expect(await entryOf(database, ids.absent)).toEqual({
      patrol_entry_id: ids.absent,
      patrol_id: ids.running,
      user_id: userId,
      room: '201',
      is_present: false,
      absence_reason: ' у врача ',
      checked_at: written(CHECKED),
      leave_until: null,
      ...TIMES,
    });
    expect(await entryOf(database, ids.present)).toMatchObject({ is_present: true, ...TIMES });
    expect(await entryOf(database, ids.unchecked)).toMatchObject({ is_present: null, checked_at: null });
    expect(await entryOf(database, ids.onLeave)).toMatchObject({ is_present: false, checked_at: null });
  });

  test('that they were adopted is no change of theirs: the audit trail is empty', async () => {
    expect(await database.sql('select * from public.audit_trail')).toEqual([]);
  });

  test('patrols are counted by what a list is filtered by', async () => {
    expect(
      await database.sql(
        'select building, entrance, status, patrols::int from public.patrol_counts order by 1',
      ),
    ).toEqual([
      { building: '7', entrance: 9, status: 'in_progress', patrols: 1 },
      { building: '8', entrance: 2, status: 'completed', patrols: 1 },
    ]);
  });

  test('the database is like one that was never another’s: the same schema, and a start finds nothing to do', async () => {
    const fresh = new pg.Pool({ connectionString: await cloneTemplate() });
    const sql: OldDatabase['sql'] = async (text, values) => (await fresh.query(text, values)).rows;
    expect(await schemaOf(database)).toEqual(await schemaOf({ sql }));
    const applied = 'select hash, previous_hash, filename from graphile_migrate.migrations order by filename';
    expect(await database.sql(applied)).toEqual(await sql(applied));
    await fresh.end();
    const before = await contentOf(database);
    const said: unknown[] = [];
    const listening = pino({ level: 'trace' }, { write: (line) => said.push(line) });
    await migrateDatabase({ databaseUrl: database.databaseUrl, log: listening });
    expect(said).toEqual([]);
    expect(await contentOf(database)).toEqual(before);
  });

  test('changes are recorded again afterwards', async () => {
    await database.sql('update public.patrol_entries set room = $2 where patrol_entry_id = $1', [
      ids.unchecked,
      '202',
    ]);
    const patrol = await database.sql<{ patrol_id: string }>(
      "insert into public.patrols (date, building, entrance, patrol_by) values ('2026-01-01', '8', 1, $1) returning patrol_id",
      [patrolBy],
    );
    await database.sql("insert into public.patrol_entries (patrol_id, user_id, room) values ($1, $2, '1')", [
      patrol[0]?.patrol_id,
      userId,
    ]);
    const actions = await database.sql('select action from public.audit_trail order by audit_id');
    expect(actions.map(({ action }) => action)).toEqual(['entry_marked', 'patrol_started', 'entries_added']);
  });
});

test('of the first revision nobody knows who walked, and that is no change', async () => {
  const database = await createOldDatabase({ revision: 1 });
  const patrolId = await database.patrol();
  expect((await adopt(database)).changes.rows).toBe(0);
  expect(await patrolOf(database, patrolId)).toMatchObject({ patrol_by: NOBODY });
});

test('a start that had failed on the old tables before does not stand in the way', async () => {
  const database = await createOldDatabase();
  const { databaseUrl } = database;
  await expect(applyMigrations({ databaseUrl, folder: MIGRATIONS, log })).rejects.toThrow('already exists');
  await database.patrol();
  expect(await adopt(database)).toMatchObject({ patrols: 1 });
});

test('twenty thousand patrols are adopted, each row and each count of them', async () => {
  const database = await createOldDatabase();
  await database.sql(`
    insert into public.patrols
    select
      gen_random_uuid(), date '2019-01-01' + evening, building, entrance, 'completed',
      now(), now(), now(), now(), gen_random_uuid()
    from generate_series(1, 2500) as evening
    cross join unnest(array['8', '9']) as building
    cross join generate_series(1, 4) as entrance
  `);
  await database.sql(`
    insert into public.patrol_entries
    select
      gen_random_uuid(), patrol_id, gen_random_uuid(), '101', student <> 1, case when student < 3 then 'у врача' end,
      now(), now(), now()
    from public.patrols
    cross join generate_series(1, 10) as student
  `);
  expect(await adopt(database)).toEqual({
    patrols: 20_000,
    entries: 200_000,
    changes: { rows: 20_000, reasons: [{ reason: 'present with a reason', rows: 20_000 }] },
  });
  expect(
    await database.sql(`
      select
        (select sum(patrols)::int from public.patrol_counts) as counted,
        (select count(*)::int from public.audit_trail) as recorded,
        (select count(*)::int from public.patrol_entries where absence_reason is not null) as reasons
    `),
  ).toEqual([{ counted: 20_000, recorded: 20_000, reasons: 20_000 }]);
}, 120_000);

test('the service lists, reads, marks and hands in what was adopted', async () => {
  const database = await createOldDatabase();
  const patrolId = await database.patrol({ date: '2025-12-01' });
  const entryId = await database.entry(patrolId, { is_present: null, absence_reason: 'у врача' });
  await adopt(database);
  const campus = await startTestService({ environment: { DATABASE_URL: database.databaseUrl } });
  const call = await restClient(campus.url);
  const authorization = await bearer('admin');
  expect(await call('GET', '/patrols')).toMatchObject({ status: 200, body: { total: 1 } });
  expect(await call('GET', `/patrols/${patrolId}`)).toMatchObject({ status: 200 });
  const body = { is_present: true };
  expect(await call('PATCH', `/patrols/${patrolId}/${entryId}`, { body })).toMatchObject({ status: 200 });
  const handIn = { body: { status: 'completed' } };
  expect(await call('PATCH', `/patrols/${patrolId}`, handIn)).toMatchObject({ status: 200 });
  const { status, body: trail } = await call('GET', `/patrols/${patrolId}/audit`, { authorization });
  expect(status).toBe(200);
  const actions = trail.items.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['entry_marked', 'entry_marked', 'patrol_completed']);
  await campus.close();
});
