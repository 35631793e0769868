import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  await readFile(`${ROOT}package.json`, 'utf8'),
);
const own = Object.entries(scripts).flatMap(([name, command]) => {
  const file = /node(?: --\S+)* (\S+\.ts)/.exec(command)?.[1];
  return file ? [[name, file] as const] : [];
});

test.each(own)(
  'npm run %s -- --help says what it does and takes, and does nothing',
  async (name, file) => {
    const { stdout, stderr } = await run(process.execPath, [file, '--help'], { cwd: ROOT, env: {} });
    expect(stdout).toMatch(new RegExp(`^(npm run |npm )(-s )?${name}\\b`, 'm'));
    expect(stderr).toBe('');
  },
  60_000,
);
