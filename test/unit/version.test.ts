import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';

const textOf = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
let version: string;

beforeAll(async () => {
  version = JSON.parse(await textOf('package.json')).version;
});

/** Where no program can read package.json: each mention, with the version as its group. */
test.each([
  ['Dockerfile', /^ARG VERSION=(.*)$/gm, 1],
  ['docker-compose.yml', /image: patrol-[a-z-]+:(\S+)$/gm, 3],
  ['infra/kubernetes/overlays/production/kustomization.yaml', /newTag: ([\d.]+)/g, 1],
  ['infra/kubernetes/overlays/small/kustomization.yaml', /newTag: ([\d.]+)/g, 1],
  ['infra/kubernetes/overlays/knative/kustomization.yaml', /newTag: ([\d.]+)/g, 1],
  ['package-lock.json', /^ {2}"version": "(.*)"/gm, 1],
])('%s has the version of package.json', async (path, mention, count) => {
  const written = Array.from((await textOf(path)).matchAll(mention), ([, found]) => found);
  expect(written).toEqual(Array(count).fill(version));
});

test('the changelog has a section of the version', async () => {
  expect(await textOf('CHANGELOG.md')).toMatch(
    new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\]?`, 'm'),
  );
});
