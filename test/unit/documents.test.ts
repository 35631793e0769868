import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { operations } from '../../handlers/index.ts';
import { ERRORS } from '../../lib/errors.ts';
import { onRest } from '../../lib/operation.ts';
import { HEADS, PATROLLERS, READERS, STAFF } from '../../lib/patrols/permissions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IGNORED = /(^|\/)(node_modules|dist|coverage|\.local)\//;
const textOf = (path: string) => readFile(join(ROOT, path), 'utf8');

const documents = new Map<string, string>();
let scripts: Record<string, string>;
let repository: string;
/** The text of all code and configuration, for names that documents mention. */
let sources: string;

beforeAll(async () => {
  for (const path of await filesOf('**/*.md')) documents.set(path, await textOf(path));
  const manifest = JSON.parse(await textOf('package.json'));
  scripts = manifest.scripts;
  repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');
  const paths = await filesOf('{lib,handlers,infra,test,.}/{**/,}*.{ts,tf,yml,yaml}');
  sources = (await Promise.all(paths.map(textOf))).join('\n');
});

async function filesOf(pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: ROOT, exclude: (name) => IGNORED.test(`${name}/`) }))
    if (!IGNORED.test(path)) found.push(path);
  return found;
}

/** Returns a document without its blocks of code. */
const proseOf = (text: string) => text.replaceAll(/^```.*?^```/gms, '');

/** Returns GitHub's anchors of a document's headings. */
function anchorsOf(text: string): string[] {
  const headings = proseOf(text).matchAll(/^#+ (.+)$/gm);
  return Array.from(headings, ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Returns what is wrong with the relative links of a document. */
function deadLinksOf(path: string, text: string): string[] {
  const links = proseOf(text).matchAll(/\]\(([^)\s]+)\)/g);
  return Array.from(links, ([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(documents.get(target) ?? '').includes(anchor);
    })
    .map((link) => `${path}: ${link}`);
}

test('every relative link of a document leads to a file, and to a heading in it', () => {
  expect(documents.size).toBeGreaterThan(20);
  expect([...documents].flatMap(([path, text]) => deadLinksOf(path, text))).toEqual([]);
});

test('every command of a document is one of package.json', () => {
  const unknown = [...documents].flatMap(([path, text]) =>
    Array.from(text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g), ([, name = '']) => name)
      .filter((name) => !(name in scripts))
      .map((name) => `${path}: npm run ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('every variable that a document names is read somewhere', () => {
  // What would have to be built has settings that are not there.
  const built = [...documents].filter(([path]) => path !== 'docs/scaling.md');
  const unknown = built.flatMap(([path, text]) =>
    Array.from(text.matchAll(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g), ([, name = '']) => name)
      // OpenTelemetry reads and documents its own.
      .filter((name) => !name.startsWith('OTEL_') && !new RegExp(`\\b${name}\\b`).test(sources))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

const WHO = { readers: READERS, patrollers: PATROLLERS, staff: STAFF, heads: HEADS };

test('the README’s table of routes is that of the operations, with their roles', async () => {
  const rows = (await textOf('README.md')).matchAll(/^\| (.*?) ?\| `(\w+)` \| .* \| (\w+)¹? \|$/gm);
  const written = Array.from(rows, ([, routes = '', name = '', who = '']) => [
    name,
    Array.from(routes.matchAll(/`([^`]+)`/g), ([, route]) => route),
    WHO[who as keyof typeof WHO], // undefined for a word that is none of them
  ]);
  const served = Map.groupBy(onRest(operations), ({ name }) => name);
  const expected = operations.map(({ name, roles }) => [
    name,
    (served.get(name) ?? []).map(({ rest }) => `${rest.method} ${rest.path}`),
    roles,
  ]);
  expect(written.toSorted()).toEqual(expected.toSorted());
});

test('the README is read once: at most 130 lines', async () => {
  expect((await textOf('README.md')).trimEnd().split('\n').length).toBeLessThanOrEqual(130);
});

test.each(Object.entries(ERRORS))('docs/api.md says what a client does about %s', async (code, { http }) => {
  expect(await textOf('docs/api.md')).toMatch(new RegExp(`\`${code}\`[^\\n]*\\(${http}\\)`));
});

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
}

interface AlertRule {
  readonly alert: string;
  readonly annotations: Readonly<Record<string, string>>;
}

test('each alert leads to its own section of the runbook, and no section is of an alert that is gone', async () => {
  const { groups }: RuleFile = parse(await textOf('infra/prometheus/alerts.yaml'));
  const alerts = groups.flatMap(({ rules }) => rules);
  const runbook = documents.get('docs/operations/runbook.md') ?? '';
  const sections = Array.from(runbook.matchAll(/^## (.+)$/gm), ([, heading = '']) => heading);
  expect(sections.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of alerts) {
    const place = `blob/main/docs/operations/runbook.md#${alert.toLowerCase()}`;
    expect(annotations.runbook_url).toBe(`${repository}/${place}`);
  }
});

test('every decision record is in the list of decisions', async () => {
  const list = documents.get('docs/decisions/README.md') ?? '';
  const records = [...documents.keys()].filter((path) => /^docs\/decisions\/\d/.test(path));
  expect(records.filter((path) => !list.includes(path.replace('docs/decisions/', '')))).toEqual([]);
});
