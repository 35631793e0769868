import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { COMMON_ERRORS, type RestOperation } from '../operation.ts';
import { ErrorBody } from './errors.ts';

/** Returns the documentation of the headers that an operation reads, besides the token's. */
export function headersDocumentation({ rest, errors }: RestOperation): FastifySchema {
  const ifMatch = { description: 'ETag из прежнего ответа; если он уже другой, то 412' };
  const names = Object.keys(rest.headers ?? {}).map((name): [string, TSchema] => [
    name,
    Type.Optional(Type.String({ description: 'id последнего полученного события' })),
  ]);
  if (errors.includes('PRECONDITION_FAILED')) names.push(['if-match', Type.Optional(Type.String(ifMatch))]);
  return names.length > 0 ? { headers: Type.Object(Object.fromEntries(names)) } : {};
}

type Headers = Readonly<Record<string, { readonly type: 'string'; readonly description: string }>>;

const header = (description: string) => ({ type: 'string', description }) as const;
const TAG = header('версия обхода или записи, для If-Match');
const PLACE = header('путь к обходу или записи');

/** The headers of an error's response, besides those of every response. */
const HEADERS_OF_ERRORS: Partial<Record<ErrorCode, Headers>> = {
  PRECONDITION_FAILED: { ETag: TAG },
  PATROL_ALREADY_EXISTS: { Location: PLACE },
  SERVICE_UNAVAILABLE: { 'Retry-After': header('через сколько секунд повторить') },
  UNAUTHORIZED: { 'WWW-Authenticate': header('Bearer') },
};

/** Returns the documentation of an operation's responses, its own errors and the common ones included. */
export function responseDocumentation(operation: RestOperation) {
  const { rest, errors } = operation;
  const codesByStatus = Map.groupBy([...COMMON_ERRORS, ...errors], (code) => ERRORS[code].http);
  const responses = [...codesByStatus].map(([status, codes]) => [
    status,
    {
      ...ErrorBody,
      description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('; '),
      headers: Object.assign({}, ...codes.map((code) => HEADERS_OF_ERRORS[code])),
    },
  ]);
  return { [rest.success]: successDocumentation(operation), ...Object.fromEntries(responses) };
}

/** Returns the documentation of a success: its schema, by the media types of a streamed body. */
function successDocumentation({ rest, output, version }: RestOperation) {
  const { mediaTypes, location } = rest;
  const headers: Headers = { ...(version && { ETag: TAG }), ...(location && { Location: PLACE }) };
  if (!mediaTypes) return { ...output, headers, description: 'Готово' };
  const schemaOf = (type: string): TSchema => {
    // The schema of a stream is that of each event.
    const isText = type === 'application/json' || type === 'text/event-stream';
    return isText ? output : Type.Unsafe({ type: 'string', format: 'binary' });
  };
  const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema: schemaOf(type) }]));
  return { description: 'Готово', content };
}
