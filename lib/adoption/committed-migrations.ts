// Not in the package's index: `migrate` takes a connection and a transaction of its own for each migration.
import { calculateHash } from 'graphile-migrate/dist/hash.js';
import { isNoTransactionDefined } from 'graphile-migrate/dist/header.js';
import {
  compilePlaceholders,
  _migrateMigrationSchema as createBookkeeping,
  type FileMigration,
  getAllMigrations,
} from 'graphile-migrate/dist/migration.js';
import { type ParsedSettings, parseSettings } from 'graphile-migrate/dist/settings.js';
import type pg from 'pg';

/** The committed migrations, applied within the caller's transaction. */
export interface CommittedMigrations {
  /** Creates the tables in which graphile-migrate records what it has applied, unless they exist. */
  createBookkeeping(): Promise<void>;
  /** Applies the migrations up to the one with this number (`000005`), that one included. */
  applyUpTo(number: string): Promise<void>;
  /** Applies the later migrations, up to one that cannot run in a transaction. The next start applies the rest. */
  applyAfter(number: string): Promise<void>;
}

/** Reads the committed migrations. @throws when one of them is not as it was committed. */
export async function readCommittedMigrations(
  client: pg.Client,
  { databaseUrl, folder }: { readonly databaseUrl: string; readonly folder: string },
): Promise<CommittedMigrations> {
  const settings = await parseSettings({ connectionString: databaseUrl, migrationsFolder: folder });
  const migrations = await getAllMigrations(settings);
  for (const { realFilename, body, previousHash, hash } of migrations) {
    if (calculateHash(body, previousHash) !== hash) {
      throw new Error(`migration ${realFilename} was edited after it had been committed; restore it`);
    }
  }
  const applyAll = async (chosen: readonly FileMigration[]) => {
    for (const migration of chosen) await apply(client, settings, migration);
  };
  const isUpTo = (number: string) => (migration: FileMigration) => migration.filename <= `${number}.sql`;
  return {
    // Its type asks for a pool client, but it only queries.
    createBookkeeping: () => createBookkeeping(client as pg.Client & pg.PoolClient, settings),
    applyUpTo: (number) => applyAll(migrations.filter(isUpTo(number))),
    applyAfter(number) {
      const rest = migrations.slice(migrations.filter(isUpTo(number)).length);
      const barrier = rest.findIndex(({ body }) => isNoTransactionDefined(body));
      return applyAll(barrier === -1 ? rest : rest.slice(0, barrier));
    },
  };
}

/** Runs a migration and records it, as graphile-migrate does between its own `begin` and `commit`. */
async function apply(client: pg.Client, settings: ParsedSettings, migration: FileMigration): Promise<void> {
  await client.query(compilePlaceholders(settings, migration.body));
  await client.query(
    'insert into graphile_migrate.migrations (hash, previous_hash, filename) values ($1, $2, $3)',
    [migration.hash, migration.previousHash, migration.filename],
  );
}
