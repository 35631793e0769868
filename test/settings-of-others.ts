import pg from 'pg';

/** A schema that is looked into first, with everything of ours in it, and none of it as it should be. */
const DECOYS = `
  create schema app;
  create table app.patrols (patrol_id text);
  create table app.patrol_entries (patrol_entry_id text);
  create table app.patrol_counts (patrols text);
  create table app.audit_trail (audit_id text);
  create function app.write_audit(text, uuid, uuid, jsonb, jsonb) returns void language sql as 'select 1 / 0';
  create function app.entries_of_patrol(uuid) returns setof app.patrol_entries language sql as 'select null::text';
  create function app.patrol_of_place(date, text, int) returns uuid language sql as 'select null::uuid';
  create function app.patrols_of_person(uuid) returns setof uuid language sql as 'select gen_random_uuid()';
  create function app.erase_person_from(uuid, uuid[], boolean)
    returns table (patrols int, patrol_entries int, audit_trail int) language sql as 'select 7, 7, 7';
  create function app.without_person(jsonb, uuid, uuid, uuid[], uuid, text) returns jsonb language sql as 'select null::jsonb';
  create function app.spellings_of(uuid) returns text language sql as $$ select 'nobody' $$;
`;

/** What administrators set for a database or a role, for reasons of their own. */
export const SETTINGS: Readonly<Record<string, readonly [setting: string, value: string][]>> = {
  'a search_path that leads elsewhere': [['search_path', 'app']],
  'no search_path at all': [['search_path', "''"]],
  'a time zone with an offset': [['timezone', "'Europe/Moscow'"]],
  'forms of dates, intervals, numbers and bytes': [
    ['datestyle', "'SQL, DMY'"],
    ['intervalstyle', "'sql_standard'"],
    ['extra_float_digits', '-15'],
    ['bytea_output', "'escape'"],
    ['xmlbinary', "'hex'"],
  ],
  'what old programs want of SQL': [
    ['standard_conforming_strings', 'off'],
    ['array_nulls', 'off'],
    ['transform_null_equals', 'on'],
    ['quote_all_identifiers', 'on'],
  ],
  'transactions of another isolation': [['default_transaction_isolation', "'serializable'"]],
  'limits that are shorter than a migration': [
    ['statement_timeout', '250'],
    ['lock_timeout', '250'],
    ['idle_in_transaction_session_timeout', '250'],
    ['idle_session_timeout', '250'],
  ],
};

/** Sets what is set for whoever connects from now on. */
export async function setForOthers(
  databaseUrl: string,
  settings: readonly [string, string][],
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(DECOYS);
  const database = new URL(databaseUrl).pathname.slice(1);
  for (const [setting, value] of settings) {
    await client.query(`alter database ${database} set ${setting} = ${value}`);
    await client.query(`alter role campus in database ${database} set ${setting} = ${value}`);
  }
  await client.end();
}
