import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { residentFor } from '../../infra/local/campus.ts';
import { adoptDatabase } from '../../lib/adoption/adopt.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { bearer, cloneTemplate, NEWCOMERS, startTestService } from '../campus.ts';
import { grpcClient } from '../grpc-client.ts';
import { closeOldDatabases, createOldDatabase, schemaOf } from '../old-database.ts';
import { restClient } from '../rest-client.ts';
import { SETTINGS, setForOthers } from '../settings-of-others.ts';

const log = pino({ level: 'silent' });
let ordinary: unknown;

beforeAll(async () => {
  ordinary = await evening(await cloneTemplate());
});
afterAll(closeOldDatabases);

/** Gives all that an evening answers, over REST and gRPC, with ids and times as words. */
async function evening(databaseUrl: string): Promise<unknown> {
  const campus = await startTestService({ environment: { DATABASE_URL: databaseUrl } });
  const rpc = await grpcClient(campus.service.grpcPort);
  const call = await restClient(campus.url);
  try {
    const answers: unknown[] = [];
    const ask = async (...[method, path, more]: Parameters<typeof call>) => {
      const { status, body } = await call(method, path, more);
      answers.push([method, status, body]);
      return body;
    };
    const place = { date: '2025-12-01', building: '8', entrance: 2 };
    const { patrol_id, entries } = await ask('POST', '/patrols', { body: place });
    await ask('POST', '/patrols', { body: place });
    const path = `/patrols/${patrol_id}`;
    const [first, second, third] = entries;
    await ask('PATCH', `${path}/${first.patrol_entry_id}`, { body: { is_present: true } });
    await ask('PATCH', `${path}/${second.patrol_entry_id}`, {
      body: { is_present: false, absence_reason: 'у врача \\ "NULL"' },
    });
    const marks = [
      { patrol_entry_id: first.patrol_entry_id, is_present: null },
      { patrol_entry_id: second.patrol_entry_id, is_present: false, absence_reason: null },
    ];
    await ask('PATCH', `${path}/entries`, { body: { marks } });
    await ask('DELETE', `${path}/${third.patrol_entry_id}`);
    const [newcomer] = NEWCOMERS;
    await ask('POST', path, { body: { user_id: newcomer?.user_id, room: '7' } });
    await ask('GET', `${path}/${first.patrol_entry_id}`);
    await ask('GET', path);
    await ask('PATCH', path, { body: { status: 'completed' } });
    const other = await ask('POST', '/patrols', { body: { ...place, entrance: 3 } });
    const { next } = await ask('GET', '/patrols?size=1');
    await ask('GET', `/patrols?size=1&after=${next}`);
    await ask('GET', '/patrols?date_from=2025-11-30&date_to=2025-12-02&building=8&status=in_progress');
    answers.push((await rpc.call('GetPatrolDetails', { patrol_id })).message);
    answers.push((await rpc.call('GetPatrolsForDate', { date: '2025-12-01' })).message);
    answers.push(await figures(campus));
    await ask('DELETE', `/patrols/${other.patrol_id}`);
    const authorization = await bearer('admin');
    answers.push((await rpc.call('GetPatrolAudit', { patrol_id }, { metadata: { authorization } })).message);
    await ask('GET', `${path}/audit`, { authorization });
    await ask('GET', `/patrols/${other.patrol_id}/audit`, { authorization });
    answers.push(await erased(campus.environment, residentFor('educator').user_id));
    await ask('GET', `${path}/audit`, { authorization });
    return inWords(answers);
  } finally {
    rpc.close();
    await campus.close();
  }
}

async function figures({ url }: { readonly url: string }): Promise<string[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics.split('\n').filter((line) => /^patrol_(entries|patrols|census|counts)/.test(line));
}

async function erased(environment: Record<string, string>, userId: string): Promise<string> {
  const env = { ...environment, LOG_LEVEL: 'error', PATH: '/usr/bin:/bin' };
  const run = promisify(execFile)(process.execPath, ['lib/bin/erase-person.ts', userId], { env });
  return (await run).stdout;
}

function inWords(answers: unknown): unknown {
  const text = JSON.stringify(answers)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replace(/"(next|after)":"[\w-]+"/g, '"$1":"position"')
    .replace(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'time');
  return JSON.parse(text);
}

test('an evening has times in UTC with Z, and no others', () => {
  const text = JSON.stringify(ordinary);
  expect(text).toContain('"at":"time"');
  expect(text).toContain('"started_at":"time"');
  expect(text).not.toMatch(/\d\d:\d\d:\d\d/);
  // And all of it succeeded.
  expect(text).not.toContain('500');
});

describe.each(Object.entries(SETTINGS))('under %s', (_what, settings) => {
  test('an evening is as any other', async () => {
    const databaseUrl = await cloneTemplate();
    await setForOthers(databaseUrl, settings);
    expect(await evening(databaseUrl)).toEqual(ordinary);
  });

  test('an empty database is migrated to the same tables', async () => {
    const [databaseUrl, plainUrl] = [await cloneTemplate('template0'), await cloneTemplate('template0')];
    await setForOthers(plainUrl, []);
    await setForOthers(databaseUrl, settings);
    for (const url of [databaseUrl, plainUrl]) await migrateDatabase({ databaseUrl: url, log });
    expect(await schemaAt(databaseUrl)).toEqual(await schemaAt(plainUrl));
  });

  test('an old database is adopted with the same rows', async () => {
    const [database, plain] = [await oldDatabase(), await oldDatabase()];
    await setForOthers(database.databaseUrl, settings);
    for (const { databaseUrl } of [database, plain]) await adoptDatabase({ databaseUrl, log });
    const states =
      'select action, before - $1::text[] as before, after - $1::text[] as after from public.audit_trail order by 1';
    const ids = [['patrol_id', 'patrol_by']];
    expect(await database.sql(states, ids)).toEqual(await plain.sql(states, ids));
    expect(await database.sql('select checked_at, leave_until from public.patrol_entries')).toEqual(
      await plain.sql('select checked_at, leave_until from public.patrol_entries'),
    );
  });
});

async function oldDatabase() {
  const database = await createOldDatabase();
  const patrol = await database.patrol({ status: 'completed', submitted_at: null });
  await database.entry(patrol, {
    is_present: true,
    absence_reason: 'у врача',
    checked_at: '2025-09-01T19:20:00Z',
  });
  return database;
}

/** Reads a database's objects as nobody has set anything for: how they are written depends on the settings too. */
async function schemaAt(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    "set search_path = public; set timezone = 'UTC'; set datestyle = 'ISO'; set statement_timeout = 0; set quote_all_identifiers = off",
  );
  const schema = await schemaOf({ sql: async (text) => (await client.query(text)).rows });
  await client.end();
  return schema;
}
