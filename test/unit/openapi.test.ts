import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { operations } from '../../handlers/index.ts';
import { openApiText } from '../../infra/openapi/openapi-text.ts';
import { ERRORS } from '../../lib/errors.ts';
import { pathFields } from '../../lib/http/input.ts';
import { openApiDocument } from '../../lib/http/openapi/document.ts';
import { createNamedSchemas } from '../../lib/http/openapi/named-schemas.ts';
import { onRest } from '../../lib/operation.ts';
import { SIRIUS } from '../../lib/settings/campus-buildings.ts';
import { validInput } from '../../lib/validation.ts';
import { resolved, type Schema } from '../openapi-schemas.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Parameter {
  readonly name: string;
  readonly description?: string;
  readonly example?: unknown;
}

interface Operation {
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly example: object } } };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly headers?: object }>>;
}

const document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
} = JSON.parse(openApiText());
const documented = Object.values(document.paths).flatMap((path) => Object.values(path));

test('the committed document and the types of its clients are those of the code (npm run openapi)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patrol-openapi-'));
  await run(process.execPath, ['infra/openapi/write-openapi.ts', folder], { cwd: ROOT });
  for (const file of ['docs/openapi.json', 'infra/openapi/generated/rest-api.ts']) {
    const committed = await readFile(join(ROOT, file), 'utf8');
    expect(committed === (await readFile(join(folder, file), 'utf8')) || `${file} is stale`).toBe(true);
  }
  await rm(folder, { recursive: true });
});

test('redocly and spectral find nothing in the document', async () => {
  await run(process.execPath, ['infra/openapi/lint-openapi.ts'], { cwd: ROOT });
}, 120_000);

test('every field and parameter is described, in Russian', () => {
  const undescribed = [...fieldsWithout(document.components.schemas), ...parametersWithout()];
  expect(undescribed).toEqual([]);
});

function fieldsWithout(schemas: Readonly<Record<string, Schema>>): string[] {
  return Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, schema]) => {
      const { description = '' } = resolved(schema, document) as Schema;
      return /[а-яё]/i.test(description) ? [] : [`${name}.${field}`];
    }),
  );
}

function parametersWithout(): string[] {
  const parameters = documented.flatMap(({ parameters = [] }) => parameters);
  return parameters.filter(({ description = '' }) => !/[а-яё]/i.test(description)).map(({ name }) => name);
}

test('what comes back has a name, and an error names every code', () => {
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining([
      'Patrol',
      'PatrolEntry',
      'PatrolWithEntries',
      'PatrolPage',
      'Error',
      'ErrorCode',
    ]),
  );
  expect(document.components.schemas.ErrorCode?.enum).toEqual(Object.keys(ERRORS));
});

test('every response says under which ids its request is logged', () => {
  for (const { responses } of documented) {
    for (const response of Object.values(responses)) {
      const { headers = {} } = resolved(response, document) as { headers?: object };
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['X-Trace-ID', 'X-Correlation-ID']));
    }
  }
});

test('only what asks for no token says so', () => {
  const open = Object.entries(document.paths).filter(([, { get }]) => get?.security?.length === 0);
  expect(open.map(([path]) => path)).toEqual(['/health/liveness', '/health/readiness', '/metrics']);
});

test('a change may be refused for its size, type and version; a stream for where it is asked', () => {
  const statuses = (path: string, method: string) =>
    Object.keys(document.paths[`/api/v1/patrols${path}`]?.[method]?.responses ?? {});
  const entry = '/{patrolId}/{patrolEntryId}';
  expect(statuses(entry, 'patch')).toEqual(expect.arrayContaining(['412', '413', '415']));
  expect(statuses('/events', 'get')).toContain('405');
});

test('no pattern looks ahead: not every language can', () => {
  const patterns = [...openApiText().matchAll(/"pattern": "(.*)"/g)].map(([, pattern]) => pattern);
  expect(patterns.length).toBeGreaterThan(0);
  expect(patterns.filter((pattern) => pattern?.includes('(?!') || pattern?.includes('(?='))).toEqual([]);
});

test.each([
  ['Campus Sirius', SIRIUS],
  [
    'a campus of few entrances',
    new Map([
      ['12', 6],
      ['А', 1],
    ]),
  ],
])('every body that the page fills in is taken as it is: %s', (_name, buildings) => {
  const campus = { buildings, timezone: 'Europe/Moscow', patrolStartTime: '22:00' };
  const rules = { campus, clock: () => new Date('2026-11-23T19:00:00Z') };
  const withBody: string[] = [];
  const ofCampus = openApiDocument(onRest(operations), campus) as unknown as typeof document;
  for (const operation of onRest(operations)) {
    const path = `/api/v1${operation.rest.path}`;
    const { parameters = [], requestBody } =
      ofCampus.paths[path]?.[operation.rest.method.toLowerCase()] ?? {};
    if (!requestBody) continue;
    const named = new Map(parameters.map(({ name, example }) => [name, example]));
    const fromPath = [...pathFields(operation)].map(([name, field]) => [field, named.get(name)]);
    const { example } = requestBody.content['application/json'];
    expect(() => validInput(operation, { ...Object.fromEntries(fromPath), ...example }, rules)).not.toThrow();
    withBody.push(operation.name);
  }
  expect(withBody).toHaveLength(6);
});

test('two schemas of one name are refused: one would be documented as the other', () => {
  const { documented } = createNamedSchemas();
  documented({ title: 'Patrol', type: 'object' });
  expect(documented({ title: 'Patrol', type: 'object' })).toEqual({ $ref: '#/components/schemas/Patrol' });
  expect(() => documented({ title: 'Patrol', type: 'string' })).toThrow('two schemas have the name Patrol');
});
