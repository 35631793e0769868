/** Stands for the rest of a path that leads to no route: somebody typed it, and it may be a phone or a name. */
const UNMATCHED = '{unmatched}';
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const UUID_LENGTH = 36;

/** Returns the value of a route's parameter where it is a UUID, or else the parameter's name in braces. */
function safeValue(name: string, value: unknown): string {
  return typeof value === 'string' && value.length === UUID_LENGTH && UUID.test(value) ? value : `{${name}}`;
}

/** Returns a route as the API documentation writes it: `:patrolId` becomes `{patrolId}`. */
export function templateOf(route: string): string {
  return route.replaceAll(/:(\w+)/g, '{$1}');
}

/** Returns the path of a request to a route as logs and traces may have it: of what was sent UUIDs alone. */
export function safePath(route: string, params: unknown): string {
  // Fastify's parameters are an object.
  const values = params as Readonly<Record<string, unknown>>;
  return route.replaceAll(/:(\w+)/g, (_, name: string) => safeValue(name, values[name]));
}

/** The paths that routes have, for requests that were refused before they were routed, or lead nowhere. */
export interface RoutePaths {
  add(route: string): void;
  /** Returns a path up to where it leaves all routes, with what stands for a parameter as `safePath` has it. */
  safe(path: string): string;
}

/** A place that routes lead to, and on from. */
interface Junction {
  readonly words: Map<string, Junction>;
  parameter: { readonly name: string; readonly onward: Junction } | null;
}

const junction = (): Junction => ({ words: new Map(), parameter: null });

/** Creates the paths of no route yet. */
export function createRoutePaths(): RoutePaths {
  const root = junction();
  return {
    add(route) {
      // Past a wildcard nothing is known.
      const [known = ''] = route.split('/*', 1);
      known.split('/').slice(1).filter(Boolean).reduce(onwards, root);
    },
    safe(path) {
      if (!path.startsWith('/')) return `/${UNMATCHED}`;
      let at = root;
      let safe = '';
      for (let slash = 0; slash < path.length - 1; ) {
        const next = path.indexOf('/', slash + 1);
        const end = next < 0 ? path.length : next;
        const part = path.slice(slash + 1, end);
        const word = at.words.get(part);
        const { parameter } = at;
        if (word) safe += `/${part}`;
        else if (parameter) safe += `/${safeValue(parameter.name, part)}`;
        else return `${safe}/${UNMATCHED}`;
        at = word ?? parameter?.onward ?? at;
        slash = end;
      }
      return safe || '/';
    },
  };
}

/** Returns the junction that one part of a route leads to, made where none is yet. */
function onwards(from: Junction, part: string): Junction {
  if (part.startsWith(':')) {
    from.parameter ??= { name: part.slice(1), onward: junction() };
    return from.parameter.onward;
  }
  const to = from.words.get(part) ?? junction();
  from.words.set(part, to);
  return to;
}
