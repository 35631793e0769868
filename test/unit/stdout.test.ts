import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStdout } from '../../lib/telemetry/stdout.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patrol-stdout-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A pipe with a name, open for both sides; each is a number of a file. */
function pipe(): { reader: number; writer: number } {
  const name = join(folder, 'pipe');
  execFileSync('mkfifo', [name]);
  const reader = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(name, constants.O_WRONLY) };
}

test('lines beyond the bound are lost and counted, those before them wait, and writing goes on when somebody reads', () => {
  const { reader, writer } = pipe();
  const stdout = openStdout(writer, 20_000);
  const line = `${'x'.repeat(999)}\n`;
  for (let written = 0; written < 200; written += 1) stdout.write(line);
  stdout.flush?.();
  // What the pipe holds, 64 KiB on Linux, was taken; 20,000 bytes wait.
  const lost = stdout.lost?.() ?? 0;
  expect(lost).toBeGreaterThan(100);
  const bytes = Buffer.alloc(100_000);
  let read = readSync(reader, bytes);
  stdout.flush?.();
  read += readSync(reader, bytes, read, bytes.length - read, null);
  expect(read).toBe((200 - lost) * line.length);
  stdout.write('{"last":true}\n');
  stdout.flush?.();
  expect(readSync(reader, bytes)).toBe(14);
  closeSync(reader);
});

test('lines are written to a file in order', () => {
  const name = join(folder, 'log');
  const stdout = openStdout(openSync(name, 'a'));
  for (let number = 0; number < 3000; number += 1) stdout.write(`${number} и ещё\n`);
  stdout.flush?.();
  const expected = Array.from({ length: 3000 }, (_, number) => `${number} и ещё\n`).join('');
  expect(readFileSync(name, 'utf8')).toBe(expected);
  expect(stdout.lost?.()).toBe(0);
});
