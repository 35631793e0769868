/**
 * `npm run lockfile:engines`: takes what each package says of Node's version out of the lock file. npm of Node 20 warns of
 * forty of them, and is wrong: the scripts run on the Node that is one of the packages. The project's own word stays.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { takeNoArguments } from '../../lib/bin/usage.ts';

takeNoArguments(`npm run lockfile:engines
Takes the packages' engines out of package-lock.json, after npm install has put some in.`);

const LOCK_FILE = new URL('../../package-lock.json', import.meta.url);
const lock: { packages: Record<string, { engines?: unknown }> } = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) if (path !== '') delete entry.engines;
writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
