import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where Debian keeps servers, which are on no user's path. */
const SERVERS = ['/usr/sbin', '/usr/local/sbin'];

/** All of its programs must be of one version. */
const POSTGRESQL = '/usr/lib/postgresql/15/bin';

/** Returns where a program is, or null if it is not installed; of PostgreSQL's programs Debian's come first. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = [POSTGRESQL, ...(process.env.PATH ?? '').split(delimiter), ...SERVERS];
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: the next folder may have it.
    return false;
  }
}
