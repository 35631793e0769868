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

test.each(['openapi', 'migrate', 'dashboards'])(
  'npm run %s refuses an argument that it does not know',
  async (name) => {
    const [, file = ''] = own.find(([one]) => one === name) ?? [];
    const running = run(process.execPath, [file, '--bogus'], { cwd: ROOT, env: {} });
    await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--bogus') });
  },
);

test.each([
  ['a role that is none', ['nobody'], '"nobody" is no role'],
  ['a word too many', ['admin', 'educator'], '"educator" is one word too many'],
  ['a time that is none', ['admin', '--expires', 'abc'], '--expires "abc" is no time'],
  ['a time without end', ['admin', '--expires', '99999999999999h'], 'is no time of at most ten years'],
])('npm run token names %s', async (_what, args, fault) => {
  const running = run(process.execPath, ['infra/local/token.ts', ...args], { cwd: ROOT, env: {} });
  await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(fault) });
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
