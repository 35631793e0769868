import { EventEmitter, once } from 'node:events';
import { afterAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { cloneTemplate } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { otherMigrations, removeOtherMigrations } from '../other-migrations.ts';

afterAll(removeOtherMigrations);

const CREATE = 'create index concurrently by_room on public.patrol_entries (room);';

/** A database that lacks one migration, and a log whose messages are events. */
async function openCase(statement: string) {
  const databaseUrl = await cloneTemplate();
  const folder = await otherMigrations({ '000998': `--! no-transaction\n${statement}` });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const said = new EventEmitter();
  const log = pino({}, { write: (line) => said.emit(JSON.parse(line).msg) });
  return {
    said,
    start: () => migrateDatabase({ databaseUrl, folder, log }),
    sql: async <Row extends pg.QueryResultRow>(text: string) => (await client.query<Row>(text)).rows,
    connect: async () => {
      const other = new pg.Client({ connectionString: databaseUrl });
      await other.connect();
      return other;
    },
    close: () => client.end(),
  };
}

const INDEX = "select indisvalid as is_valid from pg_index where indexrelid = to_regclass('public.by_room')";
const WAITS = 'the database is being migrated by another process: waiting for it';

test('two replicas start while an index is built concurrently, and neither waits for the other without end', async () => {
  const { start, said, sql, connect, close } = await openCase(CREATE);
  const other = await connect();
  await other.query('begin; lock table public.patrol_entries in row exclusive mode');
  const waits = once(said, WAITS);
  const starts = Promise.all([start(), start()]);
  await Promise.all([waits, untilWaiting({ sql }, 1)]);
  await other.query('commit');
  await other.end();
  await starts;
  expect(await sql(INDEX)).toEqual([{ is_valid: true }]);
  await close();
});

test.each([
  ['as it stands', CREATE],
  ['as migrations/README.md has it', CREATE.replace('concurrently', 'concurrently if not exists')],
])(
  'an interrupted migration that builds an index is run again by the replicas that start: %s',
  async (_how, statement) => {
    const { start, sql, connect, close } = await openCase(statement);
    const other = await connect();
    await other.query('begin; lock table public.patrol_entries in row exclusive mode');
    const interrupted = start().catch((error: unknown) => error);
    await untilWaiting({ sql }, 1);
    await sql(
      "select pg_cancel_backend(pid) from pg_stat_activity where query like '%create index%' and pid <> pg_backend_pid()",
    );
    expect(await interrupted).toMatchObject({ code: '57014' });
    await other.query('commit');
    await other.end();
    expect(await sql(INDEX)).toEqual([{ is_valid: false }]);
    await Promise.all([start(), start()]);
    expect(await sql(INDEX)).toEqual([{ is_valid: true }]);
    await start();
    await close();
  },
);

test('a migration whose process is gone, and which still runs, is waited for', async () => {
  const { start, said, sql, connect, close } = await openCase(CREATE);
  const orphan = await connect();
  // graphile-migrate's own lock, of the session that runs a migration.
  await orphan.query('select pg_advisory_lock(4727445306447283)');
  const waits = once(said, WAITS);
  const started = start();
  await waits;
  expect(await sql(INDEX)).toEqual([]);
  await orphan.end();
  await started;
  expect(await sql(INDEX)).toEqual([{ is_valid: true }]);
  await close();
});

test('an index that somebody else left invalid is not touched', async () => {
  const { start, sql, close } = await openCase(CREATE);
  await sql('create index of_others on public.patrols (status)');
  await sql("update pg_index set indisvalid = false where indexrelid = 'public.of_others'::regclass");
  await start();
  expect(
    await sql("select indisvalid as is_valid from pg_index where indexrelid = 'public.of_others'::regclass"),
  ).toEqual([{ is_valid: false }]);
  await close();
});
