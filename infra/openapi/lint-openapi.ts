/** `npm run lint:openapi`: prints what redocly and spectral find in docs/openapi.json; nothing, if all is well. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { redoclyFindings } from './redocly-lint.ts';
import { spectralFindings } from './spectral-lint.ts';

takeNoArguments(`npm run lint:openapi
Asks redocly and spectral what they think of docs/openapi.json, without the network.`);

const file = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
const findings = [
  ...(await redoclyFindings(file)),
  ...(await spectralFindings(await readFile(file, 'utf8'))),
];
for (const finding of findings) process.stderr.write(`${finding}\n`);
if (findings.length > 0) process.exitCode = 1;
