import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts);
}

test('the generated types are those of the proto files as they stand (npm run proto)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-proto-'));
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const command = scripts.proto.replace('--outDir=proto/generated', `--outDir=${folder}`);
  await promisify(execFile)('sh', ['-c', `node_modules/.bin/${command}`], { cwd: ROOT });
  expect(await filesIn(folder)).toEqual(await filesIn(join(ROOT, 'proto/generated')));
  await rm(folder, { recursive: true });
});
