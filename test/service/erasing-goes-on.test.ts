import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { cloneTemplate, startTestService } from '../campus.ts';
import { runEntry } from '../entry-run.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { type RestClient, restClient } from '../rest-client.ts';
import { SETTINGS, setForOthers } from '../settings-of-others.ts';

let campus: Awaited<ReturnType<typeof startTestService>>;
let call: RestClient;
let person: string;
/** More than are erased from in one transaction, the oldest first. */
let patrols: { patrol_id: string }[];

beforeEach(async () => {
  campus = await startTestService();
  call = await restClient(campus.url);
  person = randomUUID();
  patrols = await campus.sql(
    `with patrols as (
      insert into public.patrols (date, building, entrance, patrol_by)
      select date '2025-01-01' + day, '9', 4, $1 from generate_series(1, 25) as day
      returning patrol_id, date
    ), entries as (
      insert into public.patrol_entries (patrol_id, user_id, room, is_present, absence_reason, checked_at)
      select patrol_id, $2, '1', false, 'у бабушки', now() from patrols
    )
    select patrol_id from patrols order by date`,
    [randomUUID(), person],
  );
});
afterEach(() => campus.close());

const erase = (more: Record<string, string> = {}) =>
  runEntry('erase-person.ts', { ...campus.environment, LOG_LEVEL: 'error', ...more }, person);

/** Has an erasure do something in its transaction, whenever it changes a row of this table. */
async function whileErasing(table: string, does: string): Promise<void> {
  await campus.sql(`
    create function public.while_erasing() returns trigger language plpgsql as $$
    begin
      if current_setting('patrol.erasing', true) = 'on' then ${does}; end if;
      return null;
    end
    $$;
    create trigger while_erasing after update on public.${table}
      for each row execute function public.while_erasing();
  `);
}

/** Holds what an erasure waits for in the midst of a batch. */
async function held(condition = 'true') {
  await whileErasing('patrol_entries', `if ${condition} then perform pg_advisory_xact_lock(7); end if`);
  const other = new pg.Client({ connectionString: campus.environment.DATABASE_URL });
  await other.connect();
  await other.query('select pg_advisory_lock(7)');
  return () => other.end();
}

async function left() {
  const [found] = await campus.sql<Record<string, number>>(
    `select
      (select count(*) from patrol_entries where user_id = $1)::int as entries,
      (select count(*) from audit_trail as t where t::text like '%' || $1 || '%')::int as records,
      (select count(*) from audit_trail where action = 'person_erased')::int as recorded`,
    [person],
  );
  return found;
}

const GONE = { entries: 0, records: 0, recorded: 1 };

test('marks, lists and new patrols go on in the midst of an erasure', async () => {
  const place = { date: '2025-12-01', building: '8', entrance: 2 };
  const { patrol_id, entries } = (await call('POST', '/patrols', { body: place })).body;
  const release = await held();
  const erasing = erase();
  await untilWaiting(campus, 1);
  const entry = `/patrols/${patrol_id}/${entries[0].patrol_entry_id}`;
  const answers = [
    await call('PATCH', entry, { body: { is_present: true } }),
    await call('POST', '/patrols', { body: { ...place, entrance: 3 } }),
    await call('GET', '/patrols'),
    await call('GET', `/patrols/${patrols[0]?.patrol_id}`),
    await call('PATCH', `/patrols/${patrol_id}`, { body: { status: 'completed' } }),
  ];
  await release();
  expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 200, 200]);
  expect(await erasing).toMatchObject({
    code: 0,
    stdout: 'rows touched: patrols 0, patrol_entries 25, audit_trail 25\n',
  });
  expect(await left()).toEqual(GONE);
});

test('an erasure that was killed is ended by the next one, and recorded once', async () => {
  // In the second transaction.
  const release = await held(
    `(select count(*) from public.patrol_entries where user_id <> '${person}') > 12`,
  );
  const env = { ...campus.environment, LOG_LEVEL: 'error' };
  const killed = spawn(process.execPath, ['lib/bin/erase-person.ts', person], { env, stdio: 'ignore' });
  await untilWaiting(campus, 1);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await campus.sql("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'");
  await release();
  const halfway = await left();
  expect(halfway?.recorded).toBe(0);
  expect(halfway?.entries).toBeGreaterThan(0);
  expect(halfway?.entries).toBeLessThan(patrols.length);
  expect(await erase()).toMatchObject({ code: 0 });
  expect(await left()).toEqual(GONE);
  expect(await campus.sql("select from audit_trail where after::text like '%бабушки%'")).toEqual([]);
});

/** Writes a record that names the person again, so many times. */
const isNamedAgain = (times: number) =>
  whileErasing(
    'audit_trail',
    `insert into public.audit_trail (action, trace_id)
    select 'patrol_changed', '${person}' from generate_series(1, 1)
    where (select count(*) from public.audit_trail where trace_id is not null) < ${times}`,
  );

test('whoever is named again meanwhile is found again', async () => {
  await isNamedAgain(3);
  expect(await erase()).toMatchObject({ code: 0 });
  expect(await left()).toEqual(GONE);
});

test('whoever is named again without end is not said to be erased', async () => {
  await isNamedAgain(1000);
  expect(await erase()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('new changes name that id again and again'),
  });
});

test('a student who is put on the list again meanwhile goes, too', async () => {
  const [first] = patrols;
  await whileErasing(
    'audit_trail',
    `insert into public.patrol_entries (patrol_id, user_id, room)
    select '${first?.patrol_id}', '${person}', '1' from public.patrols
    where patrol_id = '${first?.patrol_id}'
      and (select count(*) from public.patrol_entries where patrol_id = '${first?.patrol_id}') = 1
    on conflict do nothing`,
  );
  expect(await erase()).toMatchObject({ code: 0 });
  expect(await left()).toEqual(GONE);
  const ids = await campus.sql('select distinct user_id from patrol_entries where patrol_id = $1', [
    first?.patrol_id,
  ]);
  expect(ids).toHaveLength(2);
});

test('one run gives one pseudonym', async () => {
  await erase();
  expect(await campus.sql('select distinct user_id from patrol_entries')).toHaveLength(1);
});

test('an erasure has no limits, whatever the role, the database or the address sets', async () => {
  const { DATABASE_URL = '' } = campus.environment;
  await whileErasing(
    'patrol_entries',
    `if new.patrol_id = '${patrols.at(-1)?.patrol_id}' then perform pg_sleep(0.5); end if`,
  );
  await setForOthers(DATABASE_URL, SETTINGS['limits that are shorter than a migration'] ?? []);
  const options = encodeURIComponent('-c statement_timeout=250 -c lock_timeout=250');
  expect(await erase({ DATABASE_URL: `${DATABASE_URL}?options=${options}` })).toMatchObject({ code: 0 });
  expect(await left()).toEqual(GONE);
});

test('an erasure uses the address of migrations: a pooler has no session of its own', async () => {
  const { DATABASE_URL: MIGRATION_DATABASE_URL = '' } = campus.environment;
  const DATABASE_URL = await cloneTemplate();
  expect(await erase({ DATABASE_URL, MIGRATION_DATABASE_URL })).toMatchObject({ code: 0 });
  expect(await left()).toEqual(GONE);
});
