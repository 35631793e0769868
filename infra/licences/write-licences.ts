/** `npm run licences`: writes docs/licences.md anew from package-lock.json. */
import { readFile, writeFile } from 'node:fs/promises';
import { licenceList } from './licences.ts';

const project = new URL('../../', import.meta.url);
await writeFile(
  new URL('docs/licences.md', project),
  licenceList(await readFile(new URL('package-lock.json', project), 'utf8')),
);
