import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

test('the container gives Node the flags that `npm run serve` gives it', async () => {
  const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  const command = /^CMD (\[.*\])$/m.exec(await read('Dockerfile'))?.[1] ?? '[]';
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(await read('package.json'));
  const flags = (words: readonly string[] = []) => words.filter((word) => word.startsWith('--'));
  expect(flags(JSON.parse(command))).toEqual(flags(scripts.serve?.split(' ')));
  expect(flags(JSON.parse(command))).not.toEqual([]);
});
