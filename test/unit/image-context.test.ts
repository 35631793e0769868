import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';

let lines: string[];

beforeAll(async () => {
  const text = await readFile(new URL('../../.dockerignore', import.meta.url), 'utf8');
  lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
});

/** Whether Docker takes a file into an image's build: the last line that matches it or a folder above it decides. */
function isTaken(path: string): boolean {
  const parts = path.split('/');
  const paths = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  return lines.reduce((taken, line) => {
    const pattern = asPattern(line.replace(/^!/, ''));
    return paths.some((above) => pattern.test(above)) ? line.startsWith('!') : taken;
  }, true);
}

/** Any folders for `**` and a slash, any characters but a slash for `*`. */
function asPattern(glob: string): RegExp {
  const source = glob
    .replaceAll('.', '\\.')
    .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}

test.each([
  'package.json',
  'package-lock.json',
  'tsconfig.build.json',
  'handlers/index.ts',
  'lib/bin/main.ts',
  'lib/telemetry/log.ts',
  'proto/patrol.proto',
  'proto/generated/patrol.ts',
  'migrations/committed/000001-patrols-and-entries.sql',
  'infra/lambda/bundle.ts',
  'infra/local/stand-in-main.ts',
])('%s is what images are built from', (path) => {
  expect(isTaken(path)).toBe(true);
});

test.each([
  '.git/config',
  '.env',
  '.local/pg/postgresql.conf',
  '.npmrc',
  'README.md',
  'docs/contract.md',
  'before.dump',
  'coverage/lcov.info',
  'dist/service/lib/bin/main.js',
  'docker-compose.yml',
  'node_modules/pg/package.json',
  'test/rest-client.ts',
  'infra/container/verify.ts',
  'migrations/current.sql',
])('%s stays outside', (path) => {
  expect(isTaken(path)).toBe(false);
});

test.each([
  'handlers/notes.txt',
  'handlers/.env',
  'lib/.env',
  'lib/.idea/workspace.xml',
  'lib/production.env',
  'lib/telemetry/trace.log',
  'lib/telemetry/log.test.ts',
  'proto/campus-ca.pem',
  'proto/client.key',
  'migrations/committed/old.dump',
  'infra/lambda/.terraform/providers/x',
  'infra/lambda/terraform.tfstate',
  'infra/lambda/terraform.tfstate.backup',
  'infra/lambda/production.tfvars',
  'infra/lambda/main.tf',
  'infra/local/token.txt',
])('%s, left in a folder of ours, stays outside', (path) => {
  expect(isTaken(path)).toBe(false);
});
