/** `npm run licences`: writes docs/licences.md anew from package-lock.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { licenceList } from './licences.ts';

takeNoArguments(`npm run licences
Writes docs/licences.md anew from what is installed.`);

const project = new URL('../../', import.meta.url);
await writeFile(
  new URL('docs/licences.md', project),
  licenceList(await readFile(new URL('package-lock.json', project), 'utf8')),
);
