import type pg from 'pg';
import { ConfigError } from '../config.ts';
import { appliedMigrations } from '../database/migrations.ts';

/** The old service's tables as its two Alembic revisions create them: each column with PostgreSQL's name of its type. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  patrols: {
    patrol_id: 'uuid',
    date: 'date',
    building: 'character varying(1)',
    entrance: 'smallint',
    status: 'character varying(20)',
    patrol_by: 'uuid',
    started_at: 'timestamp with time zone',
    submitted_at: 'timestamp with time zone',
    created_at: 'timestamp with time zone',
    updated_at: 'timestamp with time zone',
  },
  patrol_entries: {
    patrol_entry_id: 'uuid',
    patrol_id: 'uuid',
    user_id: 'uuid',
    room: 'character varying(10)',
    is_present: 'boolean',
    absence_reason: 'text',
    checked_at: 'timestamp with time zone',
    created_at: 'timestamp with time zone',
    updated_at: 'timestamp with time zone',
  },
};

/** The column that the second revision added. */
const NOT_IN_THE_FIRST = 'patrols.patrol_by';

/** Checks that the old tables exist, and none of this service's. @throws {ConfigError} if not. */
export async function expectOldTables(client: pg.Client): Promise<void> {
  if ((await appliedMigrations(client)).size > 0) {
    throw new ConfigError("This database is the service's own already: there is nothing to adopt.");
  }
  const { rows } = await client.query<{ name: string; is_found: boolean }>(`
    select expected.name, pg_class.oid is not null as is_found
    from unnest(array['alembic_version', 'patrols', 'patrol_entries']) as expected (name)
    left join pg_catalog.pg_class
      on pg_class.relname = expected.name
      and pg_class.relnamespace = to_regnamespace('public')
      and pg_class.relkind = 'r'
  `);
  const missing = rows.filter(({ is_found }) => !is_found).map(({ name }) => name);
  if (missing.length === rows.length) {
    throw new ConfigError('This database holds no tables of the old service: there is nothing to adopt.');
  }
  if (missing.length > 0) throw unknownShape([`there is no table ${missing.join(' and no table ')}`]);
}

/** Compares the columns only: the new tables check the rows themselves. @throws {ConfigError} naming every difference. */
export async function expectKnownShape(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(`
    select
      pg_class.relname as table,
      pg_attribute.attname as column,
      pg_catalog.format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as type
    from pg_catalog.pg_attribute
    join pg_catalog.pg_class on pg_class.oid = pg_attribute.attrelid
    where pg_class.oid in ('public.patrols'::regclass, 'public.patrol_entries'::regclass)
      and pg_attribute.attnum > 0
      and not pg_attribute.attisdropped
    order by pg_class.relname, pg_attribute.attnum
  `);
  const found = new Map(rows.map(({ table, column, type }) => [`${table}.${column}`, type]));
  const known = new Map(
    Object.entries(KNOWN).flatMap(([table, columns]) =>
      Object.entries(columns).map(([column, type]): [string, string] => [`${table}.${column}`, type]),
    ),
  );
  const differences = [...known].flatMap(([column, type]) => {
    const present = found.get(column);
    if (present === type || (present === undefined && column === NOT_IN_THE_FIRST)) return [];
    return present === undefined ? `there is no column ${column}` : `${column} is ${present}, not ${type}`;
  });
  const strange = [...found.keys()].filter((column) => !known.has(column));
  differences.push(...strange.map((column) => `${column} is not a column of the old service`));
  differences.push(...(await ownTriggers(client)));
  if (differences.length > 0) throw unknownShape(differences);
}

/** Returns a difference for each trigger on the old tables: it would be lost with them. */
async function ownTriggers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ difference: string }>(`
    select format('%s has the trigger %s', pg_class.relname, pg_trigger.tgname) as difference
    from pg_catalog.pg_trigger
    join pg_catalog.pg_class on pg_class.oid = pg_trigger.tgrelid
    where pg_class.oid in ('public.patrols'::regclass, 'public.patrol_entries'::regclass)
      and not pg_trigger.tgisinternal
    order by difference
  `);
  return rows.map(({ difference }) => difference);
}

function unknownShape(differences: readonly string[]): ConfigError {
  return new ConfigError(
    `This database is not as the old service made it, and nothing was changed: ${differences.join('; ')}.`,
  );
}
