import { type FieldError, unreadable } from '../errors.ts';
import { routedAs } from '../http/methods.ts';

/** The HTTP request in an event of payload format 2.0. */
export interface EventRequest {
  readonly method: string;
  /** The path and query as the caller wrote them. */
  readonly url: string;
  /** Headers with text values, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The fields of the event that Lambda never writes like this. */
  readonly fieldErrors: readonly FieldError[];
  /** The event for `@fastify/aws-lambda`, without the URL. */
  readonly handed: HandedEvent;
}

/** Stands for the URL, because light-my-request would resolve `..` in it. */
const PLACEHOLDER_PATH = '/';

export interface HandedEvent {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
}

/** Reads an event; fields besides method and path may have any type. @throws for anything but payload format 2.0. */
export function readEvent(event: unknown): EventRequest {
  const fields = recordOf(event);
  const { version, rawPath, requestContext } = fields;
  const { method, sourceIp } = recordOf(recordOf(requestContext).http);
  if (version !== '2.0' || typeof rawPath !== 'string' || typeof method !== 'string') throw notHttp();
  const fieldErrors: FieldError[] = [];
  const read = <Value>(field: string, is: (value: unknown) => value is Value, otherwise: Value): Value => {
    const value = fields[field] ?? otherwise;
    if (is(value)) return value;
    fieldErrors.push(unreadable(field));
    return otherwise;
  };
  const query = read('rawQueryString', isText, '');
  read('headers', isRecordOfTexts, {});
  const headers = headersOf(fields.headers);
  const cookies = read('cookies', isTexts, []);
  const body = read('body', isText, '');
  const isBase64Encoded = read('isBase64Encoded', (value) => typeof value === 'boolean', false);
  const http = { method: routedAs(method), sourceIp: isText(sourceIp) ? sourceIp : '' };
  return {
    ...{ method, headers, fieldErrors, url: urlOf(rawPath, query) },
    handed: {
      ...{ version, headers, cookies, isBase64Encoded, rawPath: PLACEHOLDER_PATH, requestContext: { http } },
      body: isText(fields.body) ? body : undefined,
    },
  };
}

/** Returns the URL. Encodes `?` and `#` of the path, which API Gateway has decoded. */
function urlOf(rawPath: string, query: string): string {
  const path = rawPath.replaceAll(/[?#]/g, encodeURIComponent) || '/';
  return query ? `${path}?${query}` : path;
}

/** Returns the headers with text values. Names in several spellings are repeated headers, joined as in HTTP. */
function headersOf(given: unknown): Record<string, string> {
  const headers = new Map<string, string>();
  if (!isRecord(given)) return {};
  for (const [name, value] of Object.entries(given)) {
    if (!isText(value)) continue;
    const key = name.toLowerCase();
    const known = headers.get(key);
    headers.set(key, known === undefined ? value : `${known}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** Returns an error without a stack, which Lambda's client would log in full. */
function notHttp(): TypeError {
  const error = new TypeError('the event is not an HTTP request of payload format 2.0');
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordOfTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every(isText);
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? { ...value } : {};
}
