import { expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { MIGRATION_LOCK } from '../../lib/database/migration-lock.ts';
import { migrateDatabase } from '../../lib/database/migrations.ts';
import { cloneTemplate, startTestService } from '../campus.ts';
import { untilWaiting } from '../lock-waiters.ts';
import { restClient } from '../rest-client.ts';
import { SETTINGS, setForOthers } from '../settings-of-others.ts';

const log = pino({ level: 'silent' });

test('a start waits for another one’s migration however short the limits are', async () => {
  const databaseUrl = await cloneTemplate('template0');
  const other = new pg.Client({ connectionString: databaseUrl });
  await other.connect();
  await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await setForOthers(databaseUrl, SETTINGS['limits that are shorter than a migration'] ?? []);
  const migrated = migrateDatabase({ databaseUrl, log }).then(
    () => 'migrated',
    (error: unknown) => error,
  );
  // As long as two of the limits: who has one is refused.
  const held = other.query('select pg_sleep(0.5)').then(() => 'held');
  expect(await Promise.race([migrated, held])).toBe('held');
  await other.end();
  expect(await migrated).toBe('migrated');
});

test('a hand-in shows and counts the mark that it waited for, whatever isolation is the default', async () => {
  const databaseUrl = await cloneTemplate();
  await setForOthers(databaseUrl, [['default_transaction_isolation', "'repeatable read'"]]);
  const environment = { DATABASE_URL: databaseUrl, HAND_IN_UNCHECKED: 'refuse' };
  const campus = await startTestService({ environment });
  const call = await restClient(campus.url);
  const place = { date: '2025-12-01', building: '8', entrance: 2 };
  const { patrol_id, entries } = (await call('POST', '/patrols', { body: place })).body;
  const other = new pg.Client({ connectionString: databaseUrl });
  await other.connect();
  await other.query('begin isolation level read committed');
  // As a mark does.
  await other.query('select from public.patrols for share');
  await other.query('update public.patrol_entries set is_present = true, absence_reason = null');
  const handedIn = call('PATCH', `/patrols/${patrol_id}`, { body: { status: 'completed' } });
  await untilWaiting(campus, 1);
  await other.query('commit');
  const { status, body } = await handedIn;
  await other.end();
  await campus.close();
  expect([status, body.unchecked_count, body.present_count]).toEqual([200, 0, entries.length]);
});
