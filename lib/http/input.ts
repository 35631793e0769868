import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { type FieldError, PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';
import { UNKNOWN } from '../validation.ts';

/** What a body that is not JSON becomes: it is answered along with the request's other faults. */
const NOT_JSON = Symbol('not JSON');

/** Makes JSON in UTF-8 the only body that is accepted; any other media type is answered 415. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) =>
    done(null, bytes.length === 0 ? undefined : jsonOf(bytes)),
  );
  // Some clients name a type whether they send something or not.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) =>
    bytes.length === 0
      ? done(null, undefined)
      : done(new PatrolServiceError('UNSUPPORTED_MEDIA_TYPE', 'the body is not JSON by its type')),
  );
}

const BYTE_ORDER_MARK = '\ufeff';

/** Gives what the bytes say as JSON. A byte order mark before it is passed over. */
function jsonOf(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return NOT_JSON;
  const text = bytes.toString();
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    // Nothing is hidden: the marker becomes a fault of the body.
    return NOT_JSON;
  }
}

/** Gives the fields of the input that the path names: from the name there (`patrolId`) to the field (`patrol_id`). */
export function pathFields({ rest }: Pick<RestOperation, 'rest'>): ReadonlyMap<string, string> {
  const names = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return new Map(
    names.map((name) => [name, name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
  );
}

/** The input as a REST request has it, with the faults that only REST can have. */
export interface CollectedInput {
  readonly input: Readonly<Record<string, unknown>>;
  readonly fieldErrors: readonly FieldError[];
}

/**
 * Gives what gathers an operation's input: what the path names from the path, the rest from the query of a GET or from
 * the body of anything else. A field in the wrong place is an unknown field, and never takes the place of the right one.
 */
export function inputCollector(operation: RestOperation): (request: FastifyRequest) => CollectedInput {
  const fromPath = [...pathFields(operation)];
  const isGet = operation.rest.method === 'GET';
  return (request) => {
    const query = recordOf(request.query);
    const body = bodyOf(request.body);
    // Copied, and not assigned field by field: a field that is called __proto__ would do something else.
    const input = { ...(isGet ? coerced(operation, query) : body.fields) };
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

/** A query has only text: digits become a number where a number is asked for. Bodies are never coerced. */
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

/** Gives the error with the fields of the path called as the path's template calls them. */
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
