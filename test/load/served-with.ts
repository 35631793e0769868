import { readFileSync } from 'node:fs';

/** Returns what `npm run serve` and the container give Node besides the script. */
export function servedWith(): string[] {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { scripts }: { scripts: { serve: string } } = JSON.parse(text);
  return scripts.serve.split(' ').filter((word) => word.startsWith('--'));
}
