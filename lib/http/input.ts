import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { type FieldError, PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';
import { UNKNOWN } from '../validation.ts';

/** Stands for a body that is not JSON, which is reported with the request's other field errors. */
const NOT_JSON = Symbol('not JSON');

/** Accepts JSON in UTF-8 as the only body; any other media type is answered 415. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // Some clients send a content type, even an unreadable one, without a body.
  app.addHook('onRequest', (request, _reply, next) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (encoding === undefined && Number(length) === 0) delete request.headers['content-type'];
    next();
  });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) =>
    done(null, bytes.length === 0 ? undefined : jsonOf(bytes)),
  );
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) =>
    bytes.length === 0
      ? done(null, undefined)
      : done(new PatrolServiceError('UNSUPPORTED_MEDIA_TYPE', 'the body is not JSON by its type')),
  );
}

const BYTE_ORDER_MARK = '\ufeff';

/** Parses bytes as JSON, without a byte order mark. */
function jsonOf(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return NOT_JSON;
  const text = bytes.toString();
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    // Not swallowed: the marker becomes a field error of the body.
    return NOT_JSON;
  }
}

/** Returns the input's fields in the path: from their name there (`patrolId`) to the field (`patrol_id`). */
export function pathFields({ rest }: Pick<RestOperation, 'rest'>): ReadonlyMap<string, string> {
  const names = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return new Map(
    names.map((name) => [name, name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
  );
}

/** The input of a REST request, with the field errors that only REST can have. */
export interface CollectedInput {
  readonly input: Readonly<Record<string, unknown>>;
  readonly fieldErrors: readonly FieldError[];
}

/**
 * Returns a function that collects an input from the path, and the query of a GET or the body of other methods. A
 * misplaced field is an unknown field, and never replaces the right one.
 */
export function inputCollector(operation: RestOperation): (request: FastifyRequest) => CollectedInput {
  const fromPath = [...pathFields(operation)];
  const isGet = operation.rest.method === 'GET';
  const headers = Object.entries(operation.rest.headers ?? {});
  const fromHeaders = (request: FastifyRequest) =>
    Object.fromEntries(
      headers.flatMap(([header, field]) => {
        const value = request.headers[header];
        return value ? [[field, value]] : [];
      }),
    );
  return (request) => {
    const query = recordOf(request.query);
    const body = bodyOf(request.body);
    // Copied at once: assigning a field named __proto__ would set the prototype.
    const input = {
      ...(isGet
        ? coerced(operation, headers.length > 0 ? { ...query, ...fromHeaders(request) } : query)
        : body.fields),
    };
    const fieldErrors = [...body.fieldErrors];
    if (!isGet) fieldErrors.push(...Object.keys(query).map(unknownField));
    const params = recordOf(request.params);
    for (const [name, field] of fromPath) {
      if (Object.hasOwn(input, field)) fieldErrors.push(unknownField(field));
      input[field] = params[name];
    }
    return { input, fieldErrors };
  };
}

function unknownField(field: string): FieldError {
  return { field, message: UNKNOWN };
}

interface Body {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly fieldErrors: readonly FieldError[];
}

const NO_FIELDS: Body = { fields: {}, fieldErrors: [] };

function bodyOf(body: unknown): Body {
  if (body === undefined) return NO_FIELDS;
  if (isRecord(body) && !Array.isArray(body)) return { fields: body, fieldErrors: [] };
  const message =
    body === NOT_JSON ? 'Тело запроса не является JSON' : 'Тело запроса должно быть объектом JSON';
  return { fields: {}, fieldErrors: [{ field: 'body', message }] };
}

/** Returns a query's fields, with digits converted to numbers where the schema has one. Bodies are never coerced. */
function coerced({ input }: RestOperation, query: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => {
      const schema: (TSchema & { readonly type?: string }) | undefined = input.properties[name];
      const isNumber = schema?.type === 'integer' && typeof text === 'string' && /^-?\d+$/.test(text);
      return [name, isNumber ? Number(text) : text];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** Returns the error with path fields named as in the path's template. */
export function namedAsWritten(
  operation: RestOperation,
  error: unknown,
  fieldErrorsOfRest: readonly FieldError[],
): unknown {
  if (!(error instanceof PatrolServiceError) || !error.fieldErrors) return error;
  const written = new Map([...pathFields(operation)].map(([name, field]) => [field, name]));
  const own = new Set(fieldErrorsOfRest);
  const fieldErrors = error.fieldErrors.map((fieldError) =>
    own.has(fieldError)
      ? fieldError
      : { ...fieldError, field: written.get(fieldError.field) ?? fieldError.field },
  );
  return new PatrolServiceError(error.code, error.message, {
    fieldErrors,
    patrolId: error.patrolId,
    cause: error,
  });
}
