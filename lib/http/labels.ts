import type { Attributes } from '@opentelemetry/api';
import { pathWriter, templateOf } from './paths.ts';

/** The route of all paths that lead to none. */
export const UNMATCHED_ROUTE = 'unmatched';

/** The methods that OpenTelemetry knows by name; to log, metrics and traces all others are one, however many there are. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  ...['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
]);
const OTHER_METHOD = '_OTHER';

/** What the log, the figures and the span of a request say of it. */
export interface RouteLabels {
  /** The method, or `_OTHER`. */
  readonly method: string;
  /** The span's name: the method, and the path as the API documentation writes it. */
  readonly name: string;
  readonly ofRequest: Attributes;
  ofAnswer(statusCode: number): Attributes;
  /** Writes the path of a request to the route, of its parameters only those that are UUIDs. */
  path(params: unknown): string;
}

/** A request as far as its labels tell one from another. */
export interface LabelledRequest {
  readonly method: string;
  /** The path as Fastify's router writes it; all unknown paths are one. */
  readonly route: string;
  /** The operation's name, where the path is that of one. */
  readonly operation?: string | undefined;
}

/** Returns what tells the labels of a request: the same for each of a route and method, and made once. */
export function routeLabels(): (request: LabelledRequest) => RouteLabels {
  const known = new Map<string, Map<string, RouteLabels>>();
  return ({ method: given, route, operation }) => {
    const method = KNOWN_METHODS.has(given) ? given : OTHER_METHOD;
    const made = known.get(route)?.get(method);
    if (made) return made;
    const labels = labelsOfRoute(method, route, operation);
    known.set(route, (known.get(route) ?? new Map<string, RouteLabels>()).set(method, labels));
    return labels;
  };
}

function labelsOfRoute(method: string, route: string, operation: string | undefined): RouteLabels {
  const template = templateOf(route);
  const ofRequest = {
    'http.request.method': method,
    'url.scheme': 'http',
    'http.route': template,
    ...(operation && { operation }),
  };
  const answers = new Map<number, Attributes>();
  return {
    method,
    name: spanName(method, template),
    ofRequest,
    ofAnswer(statusCode) {
      const known = answers.get(statusCode);
      if (known) return known;
      const made = {
        ...ofRequest,
        'http.response.status_code': statusCode,
        ...(statusCode >= 500 && { 'error.type': String(statusCode) }),
      };
      answers.set(statusCode, made);
      return made;
    },
    path: pathWriter(route),
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
function spanName(method: string, template: string): string {
  const verb = method === OTHER_METHOD ? 'HTTP' : method;
  return template === UNMATCHED_ROUTE ? verb : `${verb} ${template}`;
}
