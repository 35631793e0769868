/**
 * Run by the bundle's build: opens the function as an init does, and keeps what V8 compiled for it. There is no
 * PostgreSQL where bundles are built; what waits for its answer is all that does not run.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODE_CACHE, loadFunction } from './load-function.ts';

const folder = process.argv[2];
if (folder === undefined) throw new TypeError('usage: write-code-cache.ts <folder of the bundle>');
const { entry, compiled } = loadFunction(folder);
// The transports are made while the connection fails: once nothing is left to be done, both have been.
process.once('beforeExit', () => writeFileSync(join(folder, CODE_CACHE), compiled()));
entry.openHandler().then(
  () => {
    throw new Error('there is a PostgreSQL where none can be');
  },
  (error: unknown) => {
    if (!String(error).includes('ECONNREFUSED')) throw error;
  },
);
