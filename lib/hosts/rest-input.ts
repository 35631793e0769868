import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { type Fault, PatrolServiceError } from '../errors.ts';
import type { RestOperation } from '../operation.ts';

/** What a body that is not JSON becomes: it is answered along with the request's other faults. */
const NOT_JSON = Symbol('not JSON');

/** Makes JSON in UTF-8 the only body that is accepted; any other media type is answered 415. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => {
    if (bytes.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(utf8.decode(bytes)));
    } catch {
      // Nothing is hidden: the marker becomes a fault of the body.
      done(null, NOT_JSON);
    }
  });
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
  readonly faults: readonly Fault[];
}

/**
 * Gives what gathers an operation's input: what the path names from the path, the rest from the query of a GET or from
 * the body of anything else. A field in the wrong place is an unknown field, and never takes the place of the right one.
 */
export function inputCollector(operation: RestOperation): (request: FastifyRequest) => CollectedInput {
  const fromPath = [...pathFields(operation)];
  const namesOfPath = new Set(fromPath.map(([, field]) => field));
  const isGet = operation.rest.method === 'GET';
  return (request) => {
    const query = Object.entries(recordOf(request.query));
    const { fields, faults } = bodyOf(request.body);
    const input: [string, unknown][] = [];
    for (const [name, value] of isGet ? query : fields) {
      if (namesOfPath.has(name)) faults.push(unknownField(name));
      else input.push([name, isGet ? coerced(operation, name, value) : value]);
    }
    if (!isGet) faults.push(...query.map(([name]) => unknownField(name)));
    const params = recordOf(request.params);
    for (const [name, field] of fromPath) input.push([field, params[name]]);
    // fromEntries, because assigning a key that is called __proto__ would do something else.
    return { input: Object.fromEntries(input), faults };
  };
}

function unknownField(field: string): Fault {
  return { field, message: 'Неизвестное поле' };
}

function bodyOf(body: unknown): { fields: [string, unknown][]; faults: Fault[] } {
  if (body === undefined) return { fields: [], faults: [] };
  if (body === NOT_JSON)
    return { fields: [], faults: [{ field: 'body', message: 'Тело запроса не является JSON' }] };
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return { fields: Object.entries(body), faults: [] };
  }
  return { fields: [], faults: [{ field: 'body', message: 'Тело запроса должно быть объектом JSON' }] };
}

/** A query has only text: digits become a number where a number is asked for. Bodies are never coerced. */
function coerced({ input }: RestOperation, name: string, text: unknown): unknown {
  const schema: (TSchema & { readonly type?: string }) | undefined = input.properties[name];
  const isNumber = schema?.type === 'integer' && typeof text === 'string' && /^-?\d+$/.test(text);
  return isNumber ? Number(text) : text;
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
  faultsOfRest: readonly Fault[],
): unknown {
  if (!(error instanceof PatrolServiceError) || !error.faults) return error;
  const written = new Map([...pathFields(operation)].map(([name, field]) => [field, name]));
  const own = new Set(faultsOfRest);
  const faults = error.faults.map((fault) =>
    own.has(fault) ? fault : { ...fault, field: written.get(fault.field) ?? fault.field },
  );
  return new PatrolServiceError(error.code, error.message, { faults, cause: error });
}
