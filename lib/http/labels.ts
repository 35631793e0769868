import type { Attributes } from '@opentelemetry/api';

/** The route of all paths that match none. */
export const UNMATCHED_ROUTE = 'unmatched';

/** The methods that OpenTelemetry knows; all others are reported as one, to bound the labels. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  ...['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
]);
const OTHER_METHOD = '_OTHER';

/** The labels of a request in log, metrics and span. */
export interface RequestLabels {
  /** The method, or `_OTHER`. */
  readonly method: string;
  /** The span's name: the method and the path template. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** The parts of a request that its labels depend on. */
export interface LabelledRequest {
  readonly method: string;
  /** The path as the API documentation writes it; one for all unknown paths. */
  readonly route: string;
  /** The operation's name, if the path belongs to one. */
  readonly operation?: string | undefined;
}

/** Returns the labels of a request. */
export function labelsOf({ method: given, route, operation }: LabelledRequest): RequestLabels {
  const method = KNOWN_METHODS.has(given) ? given : OTHER_METHOD;
  return {
    method,
    name: spanName(method, route),
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      'http.route': route,
      ...(operation && { operation }),
    },
  };
}

/** Returns the attributes of a response. */
export function responseAttributes(statusCode: number): Attributes {
  return {
    'http.response.status_code': statusCode,
    ...(statusCode >= 500 && { 'error.type': String(statusCode) }),
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
function spanName(method: string, route: string): string {
  const verb = method === OTHER_METHOD ? 'HTTP' : method;
  return route === UNMATCHED_ROUTE ? verb : `${verb} ${route}`;
}
