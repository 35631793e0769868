import { isUuid } from '../campus-types.ts';

/** Stands for the rest of an unmatched path: it was typed, and may be a phone number or a name. */
const UNMATCHED = '{unmatched}';

/** Returns a route parameter's value if it is a UUID, or else the parameter's name in braces. */
function safeValue(name: string, value: unknown): string {
  return isUuid(value) ? value : `{${name}}`;
}

/** Returns a route as the API documentation writes it: `:patrolId` becomes `{patrolId}`. */
export function templateOf(route: string): string {
  return route.replaceAll(/:(\w+)/g, '{$1}');
}

/** Returns the path of a routed request for logs and traces, with UUIDs as the only values. @param route its template */
export function safePath(route: string, params: unknown): string {
  let path = route;
  // Fastify's parameters are an object.
  for (const [name, value] of Object.entries(params as Readonly<Record<string, unknown>>))
    path = path.replace(`{${name}}`, safeValue(name, value));
  return path;
}

/** The known paths, for requests that were refused before routing, or match no route. */
export interface RoutePaths {
  add(route: string): void;
  /** Returns a path up to where it leaves all routes, with parameters as in `safePath`. */
  safe(path: string): string;
}

/** A node of the tree of routes. */
interface RouteNode {
  readonly children: Map<string, RouteNode>;
  parameter: { readonly name: string; readonly next: RouteNode } | null;
}

const createNode = (): RouteNode => ({ children: new Map(), parameter: null });

/** Creates an empty tree of paths. */
export function createRoutePaths(): RoutePaths {
  const root = createNode();
  return {
    add(route) {
      // What follows a wildcard is unknown.
      const [known = ''] = route.split('/*', 1);
      known.split('/').slice(1).filter(Boolean).reduce(nextNode, root);
    },
    safe(path) {
      if (!path.startsWith('/')) return `/${UNMATCHED}`;
      let at = root;
      let safe = '';
      for (let slash = 0; slash < path.length - 1; ) {
        const next = path.indexOf('/', slash + 1);
        const end = next < 0 ? path.length : next;
        const part = path.slice(slash + 1, end);
        const word = at.children.get(part);
        const { parameter } = at;
        if (word) safe += `/${part}`;
        else if (parameter) safe += `/${safeValue(parameter.name, part)}`;
        else return `${safe}/${UNMATCHED}`;
        at = word ?? parameter?.next ?? at;
        slash = end;
      }
      return safe || '/';
    },
  };
}

/** Returns the next node for one part of a route, created if missing. */
function nextNode(from: RouteNode, part: string): RouteNode {
  if (part.startsWith(':')) {
    from.parameter ??= { name: part.slice(1), next: createNode() };
    return from.parameter.next;
  }
  const to = from.children.get(part) ?? createNode();
  from.children.set(part, to);
  return to;
}
