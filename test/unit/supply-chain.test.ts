import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { licenceList } from '../../infra/licences/licences.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly link?: boolean;
}

let locked: [string, LockedPackage][];
let manifest: {
  readonly allowScripts: Record<string, boolean>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
};

beforeAll(async () => {
  const read = async (file: string) =>
    JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'));
  manifest = await read('package.json');
  const { packages }: { packages: Record<string, LockedPackage> } = await read('package-lock.json');
  locked = Object.entries(packages).filter(([path]) => path !== '');
});

test('npm has nothing to warn of on Node 20: no package asks for another (npm run lockfile:engines)', () => {
  expect(locked.filter(([, entry]) => 'engines' in entry).map(([path]) => path)).toEqual([]);
});

test('every package comes from the registry, and is known by its hash', () => {
  const others = locked.filter(
    ([, { integrity, resolved, link }]) =>
      link ||
      !integrity?.startsWith('sha512-') ||
      (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});

test('no install script runs: each package that has one is listed, and forbidden', () => {
  const withScript = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(withScript.toSorted());
  expect(Object.values(manifest.allowScripts)).not.toContain(true);
});

test('every dependency of our own is pinned to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test('what is shipped may be shipped: its licences ask for no more than to be named', () => {
  const permissive = [
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'ISC',
    'MIT',
    '(MIT OR CC0-1.0)',
  ];
  const others = locked.filter(([, { dev, license }]) => !dev && !permissive.includes(license ?? 'none'));
  expect(others.map(([path, { license }]) => [path, license])).toEqual([]);
});

test('the list of licences is of what is shipped now (`npm run licences` writes it)', async () => {
  const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  expect(await read('docs/licences.md')).toBe(licenceList(await read('package-lock.json')));
});

/** What a workflow runs of others: by commit, with the tag that the commit had. A tag alone may be moved. */
const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

async function workflows(): Promise<string[]> {
  const folder = new URL('../../.github/workflows/', import.meta.url);
  const files = await readdir(folder);
  return Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
}

test('every action is named by its commit and its version, everywhere the same', async () => {
  const used = (await workflows()).flatMap((text) =>
    [...text.matchAll(/^\s*(?:- )?uses:\s*(.*)$/gm)].map(([, action = '']) => action),
  );
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !PINNED.test(action))).toEqual([]);
  const names = new Set(used.map((action) => action.split('@')[0]));
  expect(new Set(used).size).toBe(names.size);
});

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

test('no checkout leaves its token behind for what runs after it', async () => {
  const steps = (await workflows()).flatMap((text) => {
    const { jobs }: Workflow = parse(text);
    return Object.values(jobs).flatMap((job) => job.steps);
  });
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(0);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test.each([
  ['actions/checkout@v4.2.2', false],
  ['actions/checkout@main', false],
  ['actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683', false],
  ['actions/checkout@11bd719 # v4.2.2', false],
  ['actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4', false],
  ['actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2', true],
  ['github/codeql-action/init@11bd71901bbe5b1630ceea73d27597364c9af683 # v3.1.0', true],
])('%s is pinned: %s', (action, isPinned) => {
  expect(PINNED.test(action)).toBe(isPinned);
});
