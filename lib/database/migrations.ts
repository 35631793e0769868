import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
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
 * Brings the database up to date. Of several replicas that start at once one migrates and the others wait for it:
 * graphile-migrate's own lock is a try-lock, by which all but one would fail.
 * @throws {ConfigError} when `npm run adopt` has to come first.
 * @throws when the database cannot be reached or used, and when a migration that was applied has been edited since.
 */
export async function migrateDatabase({
  databaseUrl,
  folder = MIGRATIONS,
  log,
}: MigrateOptions): Promise<void> {
  const { client, address } = await openMigrationClient(databaseUrl, log);
  try {
    await liftLimits(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
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

/** A connection of its own, and the address that it was had with: with no choice left whether it is encrypted. */
export interface MigrationClient {
  readonly client: pg.Client;
  readonly address: string;
}

/**
 * Connects as migrations do, past any pool.
 * @throws {NoConnection} when there is no connection to be had.
 * @throws {UnfitDatabase} for a PostgreSQL that is too old.
 */
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
  // A connection that breaks makes the query under way fail; without a listener it would also end the process.
  client.on('error', (error) => log.warn({ err: error }, 'the migration lost its connection'));
  await client.connect();
  await expectVersion(client).catch(async (error: unknown) => {
    await client.end();
    throw error;
  });
  return client;
}

/** The oldest PostgreSQL that the service is tested with (contract.md). */
const OLDEST = 15;

async function expectVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string }>(
    "select current_setting('server_version_num') as number",
  );
  const version = Math.floor(Number(rows[0]?.number) / 10_000);
  if (version < OLDEST) throw new UnfitDatabase(`is version ${version}, and has to be ${OLDEST} or newer`);
}

/** Throws on the tables of the service that this one replaces: the first migration would fail on names that are taken. */
async function refuseOldTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`
    select
    where to_regclass('public.alembic_version') is not null and to_regclass('public.patrols') is not null
  `);
  if (rows.length === 0) return;
  throw new ConfigError(
    'This database holds the tables of the service that this one replaces, made with Alembic: take them over with `npm run adopt` (in the image: `node lib/bin/adopt.js`) first; README.md, "Adopting an old database", says how.',
  );
}

/**
 * Gives the files that the database has not seen. graphile-migrate does not look again at a file that it has applied;
 * a database that differs from its source is worse than no start.
 */
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

/** Returns the hash of each migration that the database has seen, by its number. */
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

/** graphile-migrate's own hash of a committed migration: of the previous hash and the body below the headers. */
function hashOf(text: string): string {
  const [headers = '', ...body] = text.split('\n\n');
  const previous = /^--! Previous: (sha1:\w+)$/m.exec(headers)?.[1] ?? '';
  const hashed = `${`${previous}\n${body.join('\n\n').trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(hashed).digest('hex')}`;
}
