import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Errors } from 'typebox/schema';
import { startTestService } from '../campus.ts';
import { resolved, type Schema } from '../openapi-schemas.ts';
import { restClient } from '../rest-client.ts';

interface Media {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Content extends Pick<Parameter, 'schema' | 'example'> {
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId?: string;
  readonly requestBody?: Media;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Media>>;
}

let campus: Awaited<ReturnType<typeof startTestService>>;
/** The document as it is served. */
let served: unknown;
/** Its operations, without references. */
let operations: Operation[];

beforeAll(async () => {
  campus = await startTestService();
  const text = await (await fetch(`${campus.url}/openapi.json`)).text();
  served = JSON.parse(text);
  const document = resolved(served, served) as { paths: Record<string, Record<string, Operation>> };
  operations = Object.values(document.paths).flatMap((path) => Object.values(path));
});
afterAll(() => campus.close());

/** Makes an example of a schema as Swagger UI prefills it: the first example, or what the parts give. */
function exampleOf(schema: Schema): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {});
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, of]) => [name, exampleOf(of)]));
  }
  if (schema.items) return [exampleOf(schema.items)];
  const type = [schema.type].flat()[0];
  const byType: Readonly<Record<string, unknown>> = {
    integer: 1,
    boolean: true,
    object: {},
    string: 'string',
  };
  return byType[type ?? ''] ?? null;
}

/** Returns the examples that are written down, and the one that Swagger UI makes of a schema otherwise. */
function examplesOf({ schema, example, examples }: Content): unknown[] {
  if (examples) return Object.values(examples).map(({ value }) => value);
  if (schema.allOf) return [];
  return example === undefined ? [exampleOf(schema)] : [example, exampleOf(schema)];
}

test('the document that is served is the committed one (npm run openapi)', async () => {
  const committed = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(served).toEqual(JSON.parse(committed));
});

test('what the documentation fills in is valid: every body, parameter and response', () => {
  const checked: string[] = [];
  for (const { operationId, requestBody, parameters = [], responses } of operations) {
    const media = [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }) =>
      Object.values(content),
    );
    // What may be left out of a query is not filled in.
    const filledIn = parameters.filter(({ example }) => example !== undefined);
    for (const content of [...media, ...filledIn]) {
      for (const example of examplesOf(content)) {
        expect([operationId, Errors(content.schema, example)[1]]).toEqual([operationId, []]);
        checked.push(operationId ?? '');
      }
    }
  }
  expect(new Set(checked).size).toBeGreaterThan(20);
});

test('what is filled in for a start is accepted', async () => {
  const start = operations.find(({ operationId }) => operationId === 'CreatePatrol');
  const { schema = {}, example } = start?.requestBody?.content?.['application/json'] ?? {};
  expect(exampleOf(schema)).toEqual(example);
  expect(example).toEqual({ date: '2026-11-23', building: '9', entrance: 4 });
});

test('what is filled in for a student added by hand is accepted, on the local campus', async () => {
  const call = await restClient(campus.url);
  const place = { date: '2025-12-01', building: '9', entrance: 2 };
  const { body: patrol } = await call('POST', '/patrols', { body: place });
  const add = operations.find(({ operationId }) => operationId === 'AddPatrolEntry');
  const body = add?.requestBody?.content?.['application/json']?.example;
  expect(await call('POST', `/patrols/${patrol.patrol_id}`, { body })).toMatchObject({ status: 201 });
});

test('every body of JSON has a name, which a generated client has too', () => {
  const { paths } = served as { paths: Record<string, Record<string, Operation>> };
  const unnamed = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(({ operationId }) => operationId)
    .flatMap(({ operationId, requestBody, responses }) =>
      [requestBody ?? {}, ...Object.values(responses)]
        .map(({ content }) => content?.['application/json']?.schema)
        .filter((schema) => schema && !('$ref' in schema))
        .map(() => operationId),
    );
  expect(unnamed).toEqual([]);
});

test('of a query only what is required is filled in: filters may exclude each other', () => {
  const filters = operations.flatMap(({ parameters = [] }) =>
    parameters.filter(({ in: at }) => at !== 'path'),
  );
  const filledIn = filters.filter(({ example }) => example !== undefined);
  expect(filledIn.map(({ name, required }) => [name, required])).toEqual([
    ['date_from', true],
    ['date_to', true],
  ]);
});

test('each operation has an id of its own, and the changes say that they heed If-Match', () => {
  const ids = operations.map(({ operationId }) => operationId).filter(Boolean);
  expect(new Set(ids).size).toBe(ids.length);
  const heeding = operations.filter(({ parameters = [] }) =>
    parameters.some(({ name }) => name === 'If-Match'),
  );
  expect(heeding.map(({ operationId }) => operationId).toSorted()).toEqual([
    ...['AddPatrolEntry', 'DeletePatrol', 'DeletePatrolEntry', 'MarkPatrolEntries', 'RefreshPatrol'],
    ...['ReopenPatrol', 'UpdatePatrol', 'UpdatePatrolEntry'],
  ]);
});

test('the answers that are one patrol or one entry have an ETag, a start also says where it is', () => {
  const headersOf = (id: string, status: string) => {
    const found = operations.find(({ operationId }) => operationId === id);
    const names = Object.keys(found?.responses[status]?.headers ?? {});
    expect(names.slice(0, 2)).toEqual(['X-Trace-ID', 'X-Correlation-ID']);
    return names.slice(2);
  };
  expect(headersOf('CreatePatrol', '201')).toEqual(['ETag', 'Location']);
  expect(headersOf('CreatePatrol', '409')).toEqual(['Location']);
  expect(headersOf('GetPatrolEntry', '200')).toEqual(['ETag']);
  expect(headersOf('UpdatePatrolEntry', '412')).toEqual(['ETag']);
  expect(headersOf('ListPatrols', '503')).toEqual(['Retry-After']);
});
