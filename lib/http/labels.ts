import type { Attributes } from '@opentelemetry/api';
import { templateOf } from './paths.ts';

/** The route of all paths that lead to none. */
export const UNMATCHED_ROUTE = 'unmatched';

/** The methods that OpenTelemetry knows by name; to log, metrics and traces all others are one, however many there are. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  ...['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
]);
const OTHER_METHOD = '_OTHER';

/** What the log, the metrics and the span of a request say of it. */
export interface RequestLabels {
  /** The method, or `_OTHER`. */
  readonly method: string;
  /** The span's name: the method, and the path as the API documentation writes it. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** A request as far as its labels tell one from another. */
export interface LabelledRequest {
  readonly method: string;
  /** The path as Fastify's router writes it; all unknown paths are one. */
  readonly route: string;
  /** The operation's name, where the path is that of one. */
  readonly operation?: string | undefined;
}

/** Returns the labels of a request. */
export function labelsOf({ method: given, route, operation }: LabelledRequest): RequestLabels {
  const method = KNOWN_METHODS.has(given) ? given : OTHER_METHOD;
  const template = templateOf(route);
  return {
    method,
    name: spanName(method, template),
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      'http.route': template,
      ...(operation && { operation }),
    },
  };
}

/** Returns what is said besides when a request was answered. */
export function responseAttributes(statusCode: number): Attributes {
  return {
    'http.response.status_code': statusCode,
    ...(statusCode >= 500 && { 'error.type': String(statusCode) }),
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
function spanName(method: string, template: string): string {
  const verb = method === OTHER_METHOD ? 'HTTP' : method;
  return template === UNMATCHED_ROUTE ? verb : `${verb} ${template}`;
}
