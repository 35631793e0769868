import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** From the bottom up: what stands in a row may import from its own row and from those before it (docs: lib/README.md). */
const ROWS = [
  [
    'lib/campus-types.ts',
    'lib/single-flight.ts',
    'lib/wait-at-most.ts',
    'lib/proto.ts',
    'lib/settings/',
    'package.json',
    'proto/',
  ],
  ['lib/errors.ts', 'lib/config.ts'],
  ['lib/telemetry/'],
  ['lib/database/', 'lib/admission/', 'lib/entity-tags.ts'],
  ['lib/adoption/', 'lib/archive/', 'lib/auth/'],
  ['lib/patrols/'],
  ['lib/clients/', 'lib/grpc/messages.ts', 'lib/report/', 'lib/watch/'],
  ['lib/readiness.ts', 'lib/context.ts', 'lib/operation.ts', 'lib/validation.ts'],
  ['lib/invoke.ts', 'handlers/'],
  ['lib/transport/'],
  ['lib/http/', 'lib/grpc/'],
  ['lib/lambda/'],
  ['lib/open-context.ts', 'lib/service.ts', 'lib/start-warnings.ts'],
  ['lib/bin/'],
];

const imports = new Map<string, readonly string[]>();

beforeAll(async () => {
  for await (const file of glob(['lib/**/*.ts', 'handlers/*.ts'], { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const named = text.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g);
    imports.set(
      file,
      Array.from(named, ([, path = '']) => normalize(join(dirname(file), path))),
    );
  }
});

/** Returns the row of a file: of the names that it begins with, the longest counts. */
function rowOf(file: string): number {
  const names = ROWS.flat().filter((name) => file.startsWith(name));
  const longest = names.toSorted((one, other) => other.length - one.length)[0] ?? file;
  return ROWS.findIndex((row) => row.includes(longest));
}

test('every file has its place', () => {
  expect([...imports.keys()].filter((file) => rowOf(file) === -1)).toEqual([]);
  expect(imports.size).toBeGreaterThan(100);
});

test('no import goes upwards', () => {
  const upwards = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => rowOf(target) > rowOf(file)).map((target) => `${file} → ${target}`),
  );
  expect(upwards).toEqual([]);
});

test('no import goes round in a circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const target of imports.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  expect(circles).toEqual([]);
});
