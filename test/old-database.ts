import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { cloneTemplate } from './campus.ts';

/** A database as the service that this one replaces has made it with Alembic. */
export interface OldDatabase {
  readonly databaseUrl: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Inserts a patrol of an evening of its own, and returns its id. */
  patrol(columns?: Columns): Promise<string>;
  /** Inserts an entry of a student of its own, and returns its id. */
  entry(patrolId: string, columns?: Columns): Promise<string>;
}

type Columns = Readonly<Record<string, unknown>>;

const FIRST_REVISION = `
  create table public.alembic_version (
    version_num varchar(32) not null,
    constraint alembic_version_pkc primary key (version_num)
  );
  insert into public.alembic_version values ('0001');
  create table public.patrols (
    patrol_id uuid primary key,
    date date not null,
    building varchar(1) not null,
    entrance smallint not null,
    status varchar(20) not null,
    started_at timestamptz,
    submitted_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    constraint uq_patrol_date_building_entrance unique (date, building, entrance)
  );
  create index ix_patrols_date on public.patrols (date);
  create table public.patrol_entries (
    patrol_entry_id uuid primary key,
    patrol_id uuid not null references public.patrols (patrol_id) on delete cascade,
    user_id uuid not null,
    room varchar(10),
    is_present boolean,
    absence_reason text,
    checked_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    constraint uq_patrol_entry_patrol_user unique (patrol_id, user_id)
  );
`;

const SECOND_REVISION = `
  alter table public.patrols add column patrol_by uuid;
  update public.patrols set patrol_by = gen_random_uuid();
  alter table public.patrols alter column patrol_by set not null;
  update public.alembic_version set version_num = '0002';
`;

export const STARTED = '2025-09-01T19:00:00.123456Z';
export const CREATED = '2025-09-01T19:00:00.234567Z';
export const CHECKED = '2025-09-01T19:20:00.345678Z';
export const UPDATED = '2025-09-01T19:30:00.456789Z';

const opened: pg.Pool[] = [];

/** Closes every old database of a test file. */
export async function closeOldDatabases(): Promise<void> {
  await Promise.all(opened.splice(0).map((pool) => pool.end()));
}

/** Creates the tables of one of the old service's two revisions, in a database of their own, without rows. */
export async function createOldDatabase({
  revision = 2,
}: {
  readonly revision?: 1 | 2;
} = {}): Promise<OldDatabase> {
  const databaseUrl = await cloneTemplate('template0');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // `end` does not wait until the server has closed: one that stops at once after it breaks the connection.
  pool.on('error', () => {});
  opened.push(pool);
  await pool.query(FIRST_REVISION);
  if (revision === 2) await pool.query(SECOND_REVISION);
  const insert = async (table: string, row: Columns) => {
    const names = Object.keys(row);
    const places = names.map((_, at) => `$${at + 1}`);
    const text = `insert into public.${table} (${names.join()}) values (${places.join()})`;
    await pool.query(text, Object.values(row));
  };
  let evenings = 0;
  return {
    databaseUrl,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async patrol(columns = {}) {
      const patrol_id = randomUUID();
      evenings += 1;
      await insert('patrols', {
        patrol_id,
        date: new Date(Date.UTC(2025, 8, evenings)).toISOString().slice(0, 10),
        building: '8',
        entrance: 2,
        status: 'in_progress',
        ...(revision === 2 && { patrol_by: randomUUID() }),
        started_at: STARTED,
        created_at: CREATED,
        updated_at: UPDATED,
        ...columns,
      });
      return patrol_id;
    },
    async entry(patrolId, columns = {}) {
      const patrol_entry_id = randomUUID();
      await insert('patrol_entries', {
        patrol_entry_id,
        patrol_id: patrolId,
        user_id: randomUUID(),
        room: '201',
        created_at: CREATED,
        updated_at: UPDATED,
        ...columns,
      });
      return patrol_entry_id;
    },
  };
}

const SCHEMA = `
  select 'schema' as kind, nspname::text as of, '' as name, '' as definition
  from pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
  union all
  select
    'column', table_schema || '.' || table_name, column_name,
    concat_ws(' ', ordinal_position, udt_name, character_maximum_length, is_nullable, column_default, is_identity)
  from information_schema.columns
  where table_schema in ('public', 'graphile_migrate')
  union all
  select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(pg_constraint.oid)
  from pg_constraint
  where connamespace in ('public'::regnamespace, to_regnamespace('graphile_migrate'))
  union all
  select 'index', schemaname || '.' || tablename, indexname, indexdef
  from pg_indexes
  where schemaname in ('public', 'graphile_migrate')
  union all
  select 'trigger', tgrelid::regclass::text, tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
  from pg_trigger
  where not tgisinternal
  union all
  select 'function', oid::regprocedure::text, '', pg_get_functiondef(oid)
  from pg_proc
  where pronamespace = 'public'::regnamespace
  union all
  select 'sequence', sequence_schema, sequence_name, data_type::text
  from information_schema.sequences
  order by 1, 2, 3
`;

/** Returns all that a database is made of: schemas, columns, constraints, indexes, triggers (and whether they run), functions. */
export async function schemaOf({ sql }: Pick<OldDatabase, 'sql'>): Promise<Record<string, string>[]> {
  return sql(SCHEMA);
}

/** Returns what a database is made of, and each row of its three old tables: two that are alike are one that nobody changed. */
export async function contentOf(database: Pick<OldDatabase, 'sql'>): Promise<unknown> {
  const rows = (table: string) =>
    database
      .sql<{ row: string }>(`select ${table}::text as row from public.${table} order by 1`)
      .catch(() => `no table ${table}`);
  return {
    schema: await schemaOf(database),
    patrols: await rows('patrols'),
    entries: await rows('patrol_entries'),
    version: await rows('alembic_version'),
  };
}
