/** `npm run openapi`: writes docs/openapi.json anew, and the types that a client of it has; into another folder in tests. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUsage } from '../../lib/bin/usage.ts';
import { clientTypes } from './client-types.ts';
import { openApiText } from './openapi-text.ts';

endWithUsage(`npm run openapi [-- <folder>]
Writes docs/openapi.json and the types of its client anew, into a folder that is there, by default this repository.`);

const folder = process.argv[2] ?? fileURLToPath(new URL('../../', import.meta.url));
if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
const text = openApiText();
const files = { 'docs/openapi.json': text, 'infra/openapi/generated/rest-api.ts': await clientTypes(text) };
for (const [name, content] of Object.entries(files)) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}
