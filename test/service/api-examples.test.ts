import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Errors } from 'typebox/schema';
import { startTestService } from '../campus.ts';

/** The part of a JSON Schema that examples are made of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
}

interface Media {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Pick<Parameter, 'schema' | 'example'>>>;
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
let operations: Operation[];

beforeAll(async () => {
  campus = await startTestService();
  const text = await (await fetch(`${campus.url}/openapi.json`)).text();
  const document: { paths: Record<string, Record<string, Operation>> } = JSON.parse(text);
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

test('what the documentation fills in is valid: every body, parameter and response', () => {
  const checked: string[] = [];
  for (const { operationId, requestBody, parameters = [], responses } of operations) {
    const media = [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }) =>
      Object.values(content),
    );
    // What may be left out of a query is not filled in.
    const filledIn = parameters.filter(({ example }) => example !== undefined);
    for (const { schema, example = exampleOf(schema) } of [...media, ...filledIn]) {
      expect([operationId, Errors(schema, example)[1]]).toEqual([operationId, []]);
      checked.push(operationId ?? '');
    }
  }
  expect(new Set(checked).size).toBeGreaterThan(18);
});

test('what is filled in for a start is accepted', async () => {
  const start = operations.find(({ operationId }) => operationId === 'CreatePatrol');
  const schema = start?.requestBody?.content?.['application/json']?.schema ?? {};
  expect(exampleOf(schema)).toEqual({ date: '2026-11-23', building: '9', entrance: 4 });
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
    parameters.some(({ name }) => name === 'if-match'),
  );
  expect(heeding.map(({ operationId }) => operationId).toSorted()).toEqual([
    ...['AddPatrolEntry', 'DeletePatrol', 'DeletePatrolEntry', 'MarkPatrolEntries', 'RefreshPatrol'],
    ...['ReopenPatrol', 'UpdatePatrol', 'UpdatePatrolEntry'],
  ]);
});

test('the answers that are one patrol or one entry have an ETag, a start also says where it is', () => {
  const headersOf = (id: string, status: string) => {
    const found = operations.find(({ operationId }) => operationId === id);
    return Object.keys(found?.responses[status]?.headers ?? {});
  };
  expect(headersOf('CreatePatrol', '201')).toEqual(['ETag', 'Location']);
  expect(headersOf('CreatePatrol', '409')).toEqual(['Location']);
  expect(headersOf('GetPatrolEntry', '200')).toEqual(['ETag']);
  expect(headersOf('UpdatePatrolEntry', '412')).toEqual(['ETag']);
  expect(headersOf('ListPatrols', '503')).toEqual(['Retry-After']);
});
