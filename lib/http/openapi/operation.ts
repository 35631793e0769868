import Type, { type TObject, type TProperties, type TSchema } from 'typebox';
import type { ErrorCode } from '../../errors.ts';
import { COMMON_ERRORS, type RestOperation } from '../../operation.ts';
import { type Campus, lastEntrance } from '../../patrols/campus.ts';
import { pathFields } from '../input.ts';
import type { ErrorResponses } from './errors.ts';
import { exampleOf } from './example.ts';
import { type ResponseHeaders, responseHeaders } from './headers.ts';
import { isJson, type Json } from './json.ts';
import type { NamedSchemas } from './named-schemas.ts';

/** What a document is made with. */
export interface DocumentParts {
  readonly campus: Pick<Campus, 'buildings'>;
  readonly schemas: NamedSchemas;
  readonly errors: ErrorResponses;
}

/** Returns the documentation of an operation, from the schemas that `invoke` validates with. */
export function documentedOperation(operation: RestOperation, parts: DocumentParts): Json {
  const { name, summary, rest, input, roles } = operation;
  const fromPath = pathFields(operation);
  const fields = ofCampus(input.properties, parts.campus);
  const isOfPath = (field: string) => [...fromPath.values()].includes(field);
  const others = Object.entries(fields).filter(([field]) => !isOfPath(field));
  const hasBody = rest.method !== 'GET' && others.length > 0;
  const parameters = [
    ...[...fromPath].map(([written, field]) => pathParameter(written, fields[field])),
    ...(rest.method === 'GET' ? others.map(([field, schema]) => queryParameter(field, schema)) : []),
    ...headerParameters(operation),
  ];
  return {
    operationId: rest.path === rest.alsoAt ? `${name}OfOne` : name,
    tags: [rest.tag],
    summary,
    description: `Роли: ${roles.map((role) => `\`${role}\``).join(', ')}.`,
    security: [{ bearer: [] }],
    ...(parameters.length > 0 && {
      parameters: parameters.map((each) => ({ ...each, schema: parts.schemas.documented(each.schema) })),
    }),
    ...(hasBody && { requestBody: requestBody(operation, Object.fromEntries(others), parts.schemas) }),
    responses: {
      [rest.success]: success(operation, parts.schemas),
      ...parts.errors.of(errorsOf(operation)),
    },
  };
}

function errorsOf({ errors, rest }: RestOperation): readonly ErrorCode[] {
  return [
    ...COMMON_ERRORS,
    ...errors,
    // Of the path: it knows other methods only. And a function has no streams that go on.
    'METHOD_NOT_ALLOWED',
    // A body that nobody asked for is read as any other.
    ...(rest.method === 'GET' ? [] : (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const)),
  ];
}

/** Returns an input's fields limited to the campus's buildings and entrances. */
function ofCampus(properties: TProperties, { buildings }: Pick<Campus, 'buildings'>): TProperties {
  // The examples go together: the last building, and its last entrance.
  const [building, entrance] = [...buildings].at(-1) ?? [];
  const known: Readonly<Record<string, object>> = {
    building: { enum: [...buildings.keys()], examples: [building] },
    entrance: { maximum: lastEntrance(buildings), examples: [entrance] },
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, limited(schema, known[name])]),
  );
}

/** Returns a field's schema with additional keywords. A spread would lose whether it is optional. */
function limited(schema: TSchema, more: object | undefined): TSchema {
  if (!more) return schema;
  const closer = Type.Unsafe<unknown>({ ...schema, ...more });
  return Type.IsOptional(schema) ? Type.Optional(closer) : closer;
}

function pathParameter(name: string, schema: unknown) {
  const { description, ...others } = isJson(schema) ? schema : {};
  return { name, in: 'path', required: true, description, schema: others, example: exampleOf(schema) };
}

/** Returns a query's parameter. What may be left out has no example, which a page would fill in: not all go together. */
function queryParameter(name: string, field: TSchema) {
  const required = !Type.IsOptional(field);
  const { description, ...schema }: Json = { ...field, ...(!required && { examples: undefined }) };
  return {
    ...{ name, in: 'query', required, description },
    // A named schema keeps its own description.
    schema: 'title' in field ? field : schema,
    ...(required && { example: exampleOf(field) }),
  };
}

/** Headers as people write them. */
const AS_WRITTEN: Readonly<Record<string, string>> = { 'last-event-id': 'Last-Event-ID' };

function headerParameters({ rest, errors }: RestOperation) {
  const parameter = (name: string, description: string) => ({
    ...{ name, in: 'header', required: false, description },
    schema: { type: 'string' },
  });
  return [
    ...Object.keys(rest.headers ?? {}).map((name) =>
      parameter(AS_WRITTEN[name] ?? name, 'Номер последнего полученного события'),
    ),
    ...(errors.includes('PRECONDITION_FAILED')
      ? [parameter('If-Match', 'ETag из прежнего ответа; если он уже другой, то 412')]
      : []),
  ];
}

function requestBody({ name, summary }: RestOperation, fields: TProperties, schemas: NamedSchemas): Json {
  const named = { title: `${name}Request`, description: summary };
  const body: TObject = Type.Object(fields, { additionalProperties: false, ...named });
  return {
    required: true,
    content: { 'application/json': { schema: schemas.documented(body), example: exampleOf(body) } },
  };
}

/** Returns the response of a success: its schema, by the media types of a streamed body. */
function success({ rest, output, version }: RestOperation, schemas: NamedSchemas): Json {
  const { mediaTypes = ['application/json'], location } = rest;
  const own: ResponseHeaders = {
    ...(version && { ETag: 'EntityTag' }),
    ...(location && { Location: 'Location' }),
  };
  const response = { description: DESCRIPTIONS[rest.success], headers: responseHeaders(own) };
  if (rest.success === 204) return response;
  const mediaOf = (type: string): Json => {
    // The schema of a stream is that of the data of each event.
    const isText = type === 'application/json' || type === 'text/event-stream';
    if (!isText) return { schema: { type: 'string', format: 'binary' } };
    return { schema: schemas.documented(output), example: exampleOf(output) };
  };
  return { ...response, content: Object.fromEntries(mediaTypes.map((type) => [type, mediaOf(type)])) };
}

const DESCRIPTIONS = { 200: 'Готово', 201: 'Создано', 204: 'Готово; тела нет' } as const;
