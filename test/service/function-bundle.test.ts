import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bundle } from '../../infra/lambda/bundle.ts';
import { CODE_CACHE, FUNCTION } from '../../infra/lambda/load-function.ts';

let built: string;
/** The bundle of one test, which may damage it. */
let folder: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'patrol-function-'));
  await bundle(built);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patrol-function-'));
  await cp(built, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => rm(built, { recursive: true }));

/** Loads the function as Lambda does, in an environment that it refuses; gives what it wrote. */
function refusal(): string {
  const load = `import(${JSON.stringify(join(folder, 'index.mjs'))})`;
  return spawnSync(process.execPath, ['-e', load], { env: {}, encoding: 'utf8' }).stderr;
}

test('a stack trace of the function names the source, and not the bundle', () => {
  expect(refusal()).toMatch(/ConfigError: [\s\S]* {4}at readConfig \(.*lib\/config\.ts:\d+:\d+\)/);
});

test('the function is loaded with the code that V8 kept when it was built', async () => {
  expect((await stat(join(folder, CODE_CACHE))).size).toBeGreaterThan(1_000_000);
  expect(refusal()).not.toContain(CODE_CACHE);
});

test("code that another Node kept is told of, and the function's own source is run", async () => {
  await writeFile(join(folder, CODE_CACHE), 'what another Node kept');
  expect(refusal()).toMatch(new RegExp(`${CODE_CACHE} was made by another Node[\\s\\S]*ConfigError`));
});

test('without its map the function says the same errors, with stack traces of the bundle', async () => {
  await rm(join(folder, `${FUNCTION}.map`));
  const said = refusal();
  expect(said).toContain('stack traces are of the bundle');
  expect(said).toMatch(/ConfigError: [\s\S]* {4}at readConfig \(.*function\.cjs:\d+:\d+\)/);
});
