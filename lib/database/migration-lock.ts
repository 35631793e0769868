import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger as Log } from 'pino';
import { tryAdvisoryLock } from './advisory-lock.ts';

/** "PATROL" in ASCII: the advisory lock that replicas wait for each other with. */
export const MIGRATION_LOCK = 0x504154524f4c;

/** graphile-migrate's own lock. A session holds it for as long as its migration runs, also when its process is gone. */
const GRAPHILE_LOCK = 4_727_445_306_447_283;

const PAUSE_MS = 200;

/**
 * Takes the migration lock for the session, however long another process migrates. It asks again and again: a statement
 * that waits holds a snapshot, and `create index concurrently` waits for every snapshot, so that both would wait forever.
 */
export async function takeMigrationLock(client: pg.Client, log: Log): Promise<void> {
  await untilLocked(client, MIGRATION_LOCK, log);
  await untilLocked(client, GRAPHILE_LOCK, log);
  await client.query('select pg_catalog.pg_advisory_unlock($1)', [GRAPHILE_LOCK]);
}

async function untilLocked(client: pg.Client, lock: number, log: Log): Promise<void> {
  for (let isTold = false; !(await tryAdvisoryLock(client, lock)); isTold = true) {
    if (!isTold) log.info('the database is being migrated by another process: waiting for it');
    await pause(PAUSE_MS);
  }
}
