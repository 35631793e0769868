/** `npm run openapi [-- folder]`: writes docs/openapi.json anew, and the types that a client of it has. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUsage } from '../../lib/bin/usage.ts';
import { clientTypes } from './client-types.ts';
import { openApiText } from './openapi-text.ts';

endWithUsage(`npm run openapi
Writes docs/openapi.json and the types of its client anew.`);

const folder = process.argv[2] ?? fileURLToPath(new URL('../../', import.meta.url));
const text = openApiText();
const files = { 'docs/openapi.json': text, 'infra/openapi/generated/rest-api.ts': await clientTypes(text) };
for (const [name, content] of Object.entries(files)) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}
