import { ERRORS, type ErrorCode, type FieldError, PatrolServiceError } from '../../errors.ts';
import { ErrorBody } from '../error-body.ts';
import { errorBody } from '../error-response.ts';
import { type ResponseHeaders, responseHeaders } from './headers.ts';
import type { Json } from './json.ts';
import type { NamedSchemas } from './named-schemas.ts';

/** The headers of an error's response, besides those of every response. */
const HEADERS_OF_ERRORS: Partial<Record<ErrorCode, ResponseHeaders>> = {
  PRECONDITION_FAILED: { ETag: 'EntityTag' },
  PATROL_ALREADY_EXISTS: { Location: 'Location' },
  SERVICE_UNAVAILABLE: { 'Retry-After': 'RetryAfter' },
  UNAUTHORIZED: { 'WWW-Authenticate': 'Challenge' },
  METHOD_NOT_ALLOWED: { Allow: 'Allow' },
};

const DETAILS: Partial<Record<ErrorCode, FieldError>> = {
  VALIDATION_ERROR: { field: 'entrance', message: 'Не больше 4' },
  PATROL_HAS_UNCHECKED: { field: '301', message: 'Не проверено: 2' },
};

const TRACE_ID = '0d5c7a52-3a0f-4c58-9d65-3b6a4f1e2c77';

/** Collects the responses of errors: each stands once, under `components`, named by its codes. */
export interface ErrorResponses {
  /** Returns the responses of codes, by HTTP status. */
  of(codes: readonly ErrorCode[]): Json;
  /** Returns the responses so far, by name. */
  all(): Json;
}

export function createErrorResponses(schemas: NamedSchemas): ErrorResponses {
  const responses = new Map<string, Json>();
  return {
    of(codes) {
      const byStatus = Map.groupBy(codes, (code) => ERRORS[code].http);
      const references = [...byStatus].map(([status, ofStatus]) => {
        const name = ofStatus.map(nameOf).join('Or');
        responses.set(name, errorResponse(ofStatus, schemas));
        return [status, { $ref: `#/components/responses/${name}` }];
      });
      return Object.fromEntries(references);
    },
    all: () => Object.fromEntries(responses),
  };
}

/** Returns a code as the name of a component: `PATROL_NOT_FOUND` becomes `PatrolNotFound`. */
function nameOf(code: ErrorCode): string {
  return code.replaceAll(
    /([A-Z])([A-Z]*)_?/g,
    (_, first: string, rest: string) => first + rest.toLowerCase(),
  );
}

function errorResponse(codes: readonly ErrorCode[], schemas: NamedSchemas): Json {
  const examples = codes.map((code) => [
    code,
    { summary: ERRORS[code].message, value: exampleOfError(code) },
  ]);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('; '),
    headers: responseHeaders(Object.assign({}, ...codes.map((code) => HEADERS_OF_ERRORS[code]))),
    content: {
      'application/json': { schema: errorOf(codes, schemas), examples: Object.fromEntries(examples) },
    },
  };
}

/** Returns the schema of an error that has one of some codes: whoever reads it need not think of the others. */
function errorOf(codes: readonly ErrorCode[], schemas: NamedSchemas): Json {
  const error = {
    type: 'object',
    required: ['code'],
    // The others are named for linters, which take a property that one part of a schema does not know for a mistake.
    properties: { code: { type: 'string', enum: codes }, message: {}, trace_id: {}, details: {} },
  };
  const narrower = { type: 'object', required: ['error'], properties: { error } };
  return { allOf: [schemas.documented(ErrorBody), narrower] };
}

function exampleOfError(code: ErrorCode): ErrorBody {
  const row = DETAILS[code];
  const more = { tokenFault: 'expired', ...(row && { fieldErrors: [row] }) } as const;
  return errorBody(new PatrolServiceError(code, 'an example', more), TRACE_ID);
}
