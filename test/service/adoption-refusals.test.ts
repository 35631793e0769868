import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { adoptDatabase } from '../../lib/adoption/adopt.ts';
import { MIGRATION_LOCK } from '../../lib/database/migration-lock.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { oldEvening, refusalOf } from '../adoption-refusal.ts';
import { cloneTemplate } from '../campus.ts';
import { closeOldDatabases, contentOf, type OldDatabase } from '../old-database.ts';
import { otherMigrations, removeOtherMigrations } from '../other-migrations.ts';

const log = pino({ level: 'silent' });

afterAll(() => Promise.all([closeOldDatabases(), removeOtherMigrations()]));

describe('a database that is not the old service’s is refused by what differs, and left as it is', () => {
  test.each([
    [
      'a column that is missing',
      'alter table patrols drop column started_at',
      'there is no column patrols.started_at',
    ],
    [
      'a column of another type',
      'alter table patrol_entries alter room type text',
      'patrol_entries.room is text, not character varying(10)',
    ],
    [
      'a column that is longer',
      'alter table patrols alter building type varchar(2)',
      'patrols.building is character varying(2), not character varying(1)',
    ],
    [
      'a column that is not known',
      'alter table patrols add column floor int',
      'patrols.floor is not a column of the old service',
    ],
    [
      'a trigger',
      'create trigger own before update on patrols for each row execute function suppress_redundant_updates_trigger()',
      'patrols has the trigger own',
    ],
    ['no alembic_version', 'drop table alembic_version', 'there is no table alembic_version'],
    ['no entries', 'drop table patrol_entries', 'there is no table patrol_entries'],
    [
      'a view in a table’s place',
      'alter table patrol_entries rename to kept; create view patrol_entries as select * from kept',
      'there is no table patrol_entries',
    ],
  ])('%s', async (_, sql, difference) => {
    const message = await refusalOf(await oldEvening(sql));
    expect(message).toBe(
      `This database is not as the old service made it, and nothing was changed: ${difference}.`,
    );
  });

  test('everything that differs is in one sentence', async () => {
    const sql =
      'alter table patrols drop column started_at, add column floor int; alter table patrol_entries drop room';
    const message = await refusalOf(await oldEvening(sql));
    for (const column of ['patrols.started_at', 'patrols.floor', 'patrol_entries.room']) {
      expect(message).toContain(column);
    }
  });
});

describe('where there is nothing to adopt it says so', () => {
  test('an empty database', async () => {
    const empty = await oldEvening('drop table alembic_version, patrol_entries, patrols');
    expect(await refusalOf(empty)).toBe(
      'This database holds no tables of the old service: there is nothing to adopt.',
    );
  });

  test('one that was adopted, and one that was always the service’s own', async () => {
    const own = "This database is the service's own already: there is nothing to adopt.";
    const adopted = await oldEvening();
    await adoptDatabase({ databaseUrl: adopted.databaseUrl, log });
    expect(await refusalOf(adopted)).toBe(own);
    const refusal = adoptDatabase({ databaseUrl: await cloneTemplate(), log });
    await expect(refusal).rejects.toThrow(own);
  });

  test('of two adoptions at once one is done, and the other finds it done', async () => {
    const { databaseUrl } = await oldEvening();
    const outcomes = await Promise.allSettled([1, 2].map(() => adoptDatabase({ databaseUrl, log })));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { message: expect.stringContaining('there is nothing to adopt') },
    });
  });
});

describe('what stands in the way is named, and nothing is changed', () => {
  const held: pg.Client[] = [];
  afterEach(() => Promise.all(held.splice(0).map((client) => client.end())));
  async function hold({ databaseUrl }: OldDatabase, sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl });
    held.push(client);
    await client.connect();
    await client.query(sql);
  }

  test('a view on an old table', async () => {
    const database = await oldEvening('create view evenings as select date, building from patrols');
    expect(await refusalOf(database)).toContain('view evenings depends on table public.patrols');
  });

  test('a table of somebody else’s with a name that is needed', async () => {
    const database = await oldEvening('create table audit_trail (id int)');
    expect(await refusalOf(database)).toContain(
      'a name that this service needs is taken: relation "audit_trail"',
    );
  });

  test('a schema where the old tables are to be set aside', async () => {
    expect(await refusalOf(await oldEvening('create schema alembic'))).toContain(
      'schema "alembic" already exists',
    );
  });

  test('an old service that still works on the tables', async () => {
    const database = await oldEvening();
    await hold(database, 'begin; select from patrols');
    expect(await refusalOf(database)).toContain('stop the old service first');
  });

  test('a start that migrates at the same time', async () => {
    const database = await oldEvening();
    await hold(database, `select pg_advisory_lock(${MIGRATION_LOCK})`);
    expect(await refusalOf(database)).toContain('in use');
  });

  test('a role that does not own the tables', async () => {
    const role = 'adoption_stranger';
    const database = await oldEvening(`create role ${role} login`);
    const url = new URL(database.databaseUrl);
    url.username = role;
    expect(await refusalOf(database, { databaseUrl: url.href })).toContain('permission denied');
    await database.sql(`drop role ${role}`);
  });
});

describe('migrations that come after the one whose tables the rows are copied into', () => {
  test('find the rows there, and are part of the same transaction', async () => {
    const database = await oldEvening();
    const folder = await otherMigrations({
      '000998': 'create table public.kept as table public.patrol_entries;',
    });
    await adoptDatabase({ databaseUrl: database.databaseUrl, folder, log });
    expect(await database.sql('select is_present, absence_reason from public.kept')).toEqual([
      { is_present: true, absence_reason: null },
    ]);
  });

  test('take everything back with them when they fail', async () => {
    const database = await oldEvening();
    const before = await contentOf(database);
    const folder = await otherMigrations({ '000998': 'select 1 / 0;' });
    const failing = adoptDatabase({ databaseUrl: database.databaseUrl, folder, log });
    await expect(failing).rejects.toThrow('division by zero');
    expect(await contentOf(database)).toEqual(before);
  });

  test('are left to the next start from one on that runs in no transaction', async () => {
    const { databaseUrl, sql } = await oldEvening();
    const folder = await otherMigrations({
      '000998': '--! no-transaction\ncreate index concurrently by_room on public.patrol_entries (room);',
      '000999': 'create table public.kept as table public.patrol_entries;',
    });
    const found = () =>
      sql("select to_regclass('public.by_room') as index, to_regclass('public.kept') as kept");
    await adoptDatabase({ databaseUrl, folder, log });
    expect(await found()).toEqual([{ index: null, kept: null }]);
    await migrateDatabase({ databaseUrl, folder, log });
    expect(await found()).toEqual([{ index: 'by_room', kept: 'kept' }]);
  });
});
