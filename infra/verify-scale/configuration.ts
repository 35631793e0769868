import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../verify-observability/child-process.ts';
import type { Opened } from './part.ts';

/** What cannot be as in the file: the addresses of this run. */
export type Changes = readonly (readonly [from: string, to: string])[];

/** Makes a folder that a server of any account can use; it is removed at the end. */
export async function openFolder(opened: Opened): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-scale-'));
  // nginx and PgBouncer give up root for an account of their own.
  await chmod(folder, 0o777);
  opened.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Copies a file of infra/scale into a folder with these changes and no others, and returns where.
 * @throws when the file does not say something that is to be changed.
 */
export async function placeConfiguration(name: string, folder: string, changes: Changes): Promise<string> {
  const text = await readFile(join(PROJECT, 'infra/scale', name), 'utf8');
  const path = join(folder, name);
  await writeFile(path, changed(name, text, changes));
  return path;
}

function changed(name: string, text: string, changes: Changes): string {
  // In two steps, or one address of this run could be taken for one of the file.
  const marked = changes.reduce((old, [from], at) => {
    if (!old.includes(from)) throw new Error(`infra/scale/${name} does not say "${from}"`);
    return old.replaceAll(from, `\0${at}\0`);
  }, text);
  return changes.reduce((old, [, to], at) => old.replaceAll(`\0${at}\0`, to), marked);
}
