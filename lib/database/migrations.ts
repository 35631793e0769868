import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger as Log } from 'pino';
import { ConfigError } from '../config.ts';
import { candidateUrls, firstToConnect } from '../settings/postgres-tls.ts';
import { UnfitDatabase } from './config-errors.ts';
import { NoConnection } from './errors.ts';
import { liftLimits } from './migration-limits.ts';

/** The folder of the project's own migrations. */
export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** "PATROL" in ASCII: the advisory lock that replicas wait for each other with. */
export const MIGRATION_LOCK = 0x504154524f4c;

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly folder?: string;
  readonly log: Log;
}

/**
 * Brings the database up to date. Starting replicas wait for the one that migrates; with graphile-migrate's own
 * try-lock they would fail.
 * @throws {ConfigError} if `npm run adopt` has to run first.
 * @throws if the database cannot be used, or an applied migration was edited.
 */
export async function migrateDatabase({
  databaseUrl,
  folder = MIGRATIONS,
  log,
}: MigrateOptions): Promise<void> {
  const { client, address } = await openMigrationClient(databaseUrl, log);
  try {
    await liftLimits(client);
    await untilLocked(client);
    const applied = await appliedMigrations(client);
    const pending = await pendingMigrations(applied, `${folder}/committed`);
    if (pending.length === 0) return;
    if (applied.size === 0) await refuseOldTables(client);
    log.info({ migrations: pending }, 'migrating the database');
    const { applyMigrations } = await import('./apply-migrations.ts');
    await applyMigrations({ databaseUrl: address, folder, log });
  } finally {
    await client.end();
  }
}

/** How often a replica asks for the lock that another one has. */
const LOCK_RETRY_MS = 100;

/**
 * Waits for the migration lock. It asks again and again: a statement that waits has a snapshot, and a migration's
 * `create index concurrently` would wait for that, for ever.
 */
async function untilLocked(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ isLocked: boolean }>(
      'select pg_try_advisory_lock($1) as "isLocked"',
      [MIGRATION_LOCK],
    );
    if (rows[0]?.isLocked) return;
    await pause(LOCK_RETRY_MS);
  }
}

/** A connection outside the pool, and the URL that worked, with a definite `sslmode`. */
export interface MigrationClient {
  readonly client: pg.Client;
  readonly address: string;
}

/** Connects outside the pool. @throws {NoConnection}; {UnfitDatabase} for a PostgreSQL that is too old. */
export async function openMigrationClient(databaseUrl: string, log: Log): Promise<MigrationClient> {
  try {
    return await firstToConnect(candidateUrls(databaseUrl), async (address) => ({
      client: await connect(address, log),
      address,
    }));
  } catch (error) {
    throw error instanceof UnfitDatabase ? error : new NoConnection(error);
  }
}

async function connect(connectionString: string, log: Log): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  // A lost connection fails its query; without a listener it would also end the process.
  client.on('error', (error) => log.warn({ err: error }, 'the migration lost its connection'));
  await client.connect();
  await expectVersion(client).catch(async (error: unknown) => {
    await client.end();
    throw error;
  });
  return client;
}

/** The oldest supported PostgreSQL (docs/contract.md). */
const OLDEST = 15;

async function expectVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string }>(
    "select current_setting('server_version_num') as number",
  );
  const version = Math.floor(Number(rows[0]?.number) / 10_000);
  if (version < OLDEST) throw new UnfitDatabase(`is version ${version}, and has to be ${OLDEST} or newer`);
}

/** Throws if the replaced service's tables exist: the first migration would fail on their names. */
async function refuseOldTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`
    select
    where to_regclass('public.alembic_version') is not null and to_regclass('public.patrols') is not null
  `);
  if (rows.length === 0) return;
  throw new ConfigError(
    'This database holds the tables of the service that this one replaces, made with Alembic: take them over with `npm run adopt` (in the image: `node lib/bin/adopt.js`) first; docs/operations/adoption.md says how.',
  );
}

/** Returns the files that were not applied yet. @throws if an applied file was edited, which graphile-migrate ignores. */
async function pendingMigrations(applied: ReadonlyMap<string, string>, folder: string): Promise<string[]> {
  const pending: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()) {
    // graphile-migrate knows a file by its number alone.
    const hash = applied.get(`${file.slice(0, 6)}.sql`);
    if (hash === undefined) pending.push(file);
    else if (hash !== hashOf(await readFile(`${folder}/${file}`, 'utf8'))) {
      throw new Error(
        `migration ${file} was edited after it had been applied; restore it, and write a new one`,
      );
    }
  }
  return pending;
}

/** Returns the hash of each applied migration, by its number. */
export async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows: found } = await client.query<{ table: string | null }>(
    `select to_regclass('graphile_migrate.migrations') as table`,
  );
  if (!found[0]?.table) return new Map();
  const { rows } = await client.query<{ filename: string; hash: string }>(
    'select filename, hash from graphile_migrate.migrations',
  );
  return new Map(rows.map(({ filename, hash }) => [filename, hash]));
}

/** Returns graphile-migrate's hash of a committed migration: of the previous hash and the body below the headers. */
function hashOf(text: string): string {
  const [headers = '', ...body] = text.split('\n\n');
  const previous = /^--! Previous: (sha1:\w+)$/m.exec(headers)?.[1] ?? '';
  const hashed = `${`${previous}\n${body.join('\n\n').trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(hashed).digest('hex')}`;
}
