import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Logger as Log } from 'pino';
import { ConfigError } from '../config.ts';
import { UnfitDatabase } from './config-errors.ts';
import {
  connectToFirst,
  discard,
  expectWanted,
  SERVER_STATE,
  type ServerState,
  waysTo,
} from './connecting.ts';
import { NoConnection } from './errors.ts';
import { dropInterruptedIndexes } from './interrupted-indexes.ts';
import { liftLimits } from './migration-limits.ts';
import { takeMigrationLock } from './migration-lock.ts';

/** The folder of the project's own migrations. */
export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

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
    const limits = await liftLimits(client);
    await takeMigrationLock(client, log);
    const applied = await appliedMigrations(client);
    const pending = await pendingMigrations(applied, `${folder}/committed`);
    if (pending.size === 0) return;
    if (applied.size === 0) await refuseOldTables(client);
    await dropInterruptedIndexes(client, [...pending.values()], log);
    log.info({ migrations: [...pending.keys()] }, 'migrating the database');
    const { applyMigrations } = await import('./apply-migrations.ts');
    await applyMigrations({ databaseUrl: address, folder, limits, log });
  } finally {
    await client.end();
  }
}

/** A connection outside the pool, and the URL that worked, with a definite `sslmode`. */
export interface MigrationClient {
  readonly client: pg.Client;
  readonly address: string;
  readonly state: ServerState;
}

/** Connects outside the pool. @throws {NoConnection}; {UnfitDatabase} for a PostgreSQL that is too old. */
export async function openMigrationClient(databaseUrl: string, log: Log): Promise<MigrationClient> {
  const { hosts, wanted } = waysTo(databaseUrl);
  try {
    return await connectToFirst(hosts, async (address) => {
      const { client, state } = await connect(address, log);
      try {
        expectWanted(wanted, state);
        return { client, address, state };
      } catch (error) {
        discard(client);
        throw error;
      }
    });
  } catch (error) {
    throw error instanceof UnfitDatabase ? error : new NoConnection(error);
  }
}

async function connect(connectionString: string, log: Log) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  // A lost connection fails its query; without a listener it would also end the process.
  client.on('error', (error) => log.warn({ err: error }, 'the migration lost its connection'));
  await client.connect();
  try {
    return { client, state: await expectVersion(client) };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** The oldest supported PostgreSQL (docs/contract.md). */
const OLDEST = 15;

/** Returns the server's state, too. @throws {UnfitDatabase} */
async function expectVersion(client: pg.Client): Promise<ServerState> {
  const { rows } = await client.query<ServerState & { number: string }>(
    `select current_setting('server_version_num') as number, ${SERVER_STATE}`,
  );
  const [row] = rows;
  const version = Math.floor(Number(row?.number) / 10_000);
  if (!row || version < OLDEST)
    throw new UnfitDatabase(`is version ${version}, and has to be ${OLDEST} or newer`);
  return row;
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

/**
 * Returns the texts of the files that were not applied yet, by name.
 * @throws if an applied file was edited, which graphile-migrate ignores.
 */
async function pendingMigrations(
  applied: ReadonlyMap<string, string>,
  folder: string,
): Promise<Map<string, string>> {
  const pending = new Map<string, string>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()) {
    // graphile-migrate knows a file by its number alone.
    const hash = applied.get(`${file.slice(0, 6)}.sql`);
    const text = await readFile(`${folder}/${file}`, 'utf8');
    if (hash === undefined) pending.set(file, text);
    else if (hash !== hashOf(text)) {
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
