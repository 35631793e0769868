import { type ExecFileException, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an entry of `lib/bin` to its end, with an environment and nothing else of this process's. */
export async function runEntry(
  script: string,
  environment: Record<string, string>,
  ...args: string[]
): Promise<End> {
  return promisify(execFile)(process.execPath, [`lib/bin/${script}`, ...args], {
    cwd: ROOT,
    env: { ...environment, PATH: '/usr/bin:/bin' },
    timeout: 20_000,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: ExecFileException) => ({
      code: Number(code),
      stdout: stdout ?? '',
      stderr: stderr ?? '',
    }),
  );
}

/** Expects an entry to have ended with 1 and one sentence, and gives that; all else that it wrote is lines of its log. */
export function sentenceOf({ code, stdout, stderr }: End): string {
  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  for (const line of stdout.split('\n').filter(Boolean)) JSON.parse(line);
  return stderr.trim();
}
