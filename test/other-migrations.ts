import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateHash } from 'graphile-migrate/dist/hash.js';
import { parseMigrationText, serializeMigration } from 'graphile-migrate/dist/migration.js';
import { MIGRATIONS } from '../lib/database/migrations.ts';

const made: string[] = [];

/**
 * Makes a folder of the project's migrations with more SQL at the end of some, or more migrations: by their number,
 * `000005`.
 */
export async function otherMigrations(more: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-migrations-'));
  made.push(folder);
  await cp(MIGRATIONS, folder, { recursive: true });
  const committed = join(folder, 'committed');
  const files = new Map((await readdir(committed)).map((file) => [file.slice(0, 6), file]));
  let previous: string | null = null;
  for (const number of new Set([...files.keys(), ...Object.keys(more)].toSorted())) {
    const file = join(committed, files.get(number) ?? `${number}.sql`);
    const text = files.has(number) ? await readFile(file, 'utf8') : '\n';
    const body = [parseMigrationText(file, text).body.trim(), more[number]].filter(Boolean).join('\n');
    const hash = calculateHash(body, previous);
    await writeFile(file, serializeMigration(body, { Previous: previous ?? '-', Hash: hash }));
    previous = hash;
  }
  return folder;
}

/** Removes every folder that a test file made. */
export async function removeOtherMigrations(): Promise<void> {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true })));
}
