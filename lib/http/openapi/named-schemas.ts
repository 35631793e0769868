import { isDeepStrictEqual } from 'node:util';
import { isJson, type Json } from './json.ts';

/** Collects the schemas of a document that have a `title`: they stand once, under `components`, by that name. */
export interface NamedSchemas {
  /** Returns a schema as it is documented: what has a name is a reference. @throws if two schemas have one name. */
  documented(schema: unknown): Json;
  /** Returns the named schemas so far, by name. */
  all(): Readonly<Record<string, Json>>;
}

/** Values, and no schemas. */
const VALUES: readonly string[] = ['examples', 'enum', 'required', 'type', 'default'];

export function createNamedSchemas(): NamedSchemas {
  const named = new Map<string, Json>();

  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (!isJson(value)) return value;
    const { title, ...schema } = value;
    // A property may be called `title` as well; its schema is an object.
    return typeof title === 'string' ? reference(title, keywords(schema)) : keywords(value);
  };

  const keywords = (schema: Json): Json => {
    // What `plainText` and its pattern ask for is told in words: not every language has the pattern's letters.
    const { 'x-plain-text': isPlainText, pattern, ...others } = schema;
    const kept = isPlainText || pattern === undefined ? others : { ...others, pattern };
    const converted = Object.entries(kept).map(([key, value]) => [
      key,
      VALUES.includes(key) ? value : convert(value),
    ]);
    const isUntyped = Array.isArray(schema.enum) && schema.type === undefined;
    return { ...(isUntyped && { type: 'string' }), ...Object.fromEntries(converted) };
  };

  const reference = (name: string, schema: Json): Json => {
    const known = named.get(name);
    if (known && !isDeepStrictEqual(known, schema)) throw new Error(`two schemas have the name ${name}`);
    named.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  };

  return {
    documented: (schema) => {
      const converted = convert(schema);
      if (!isJson(converted)) throw new Error('not a schema');
      return converted;
    },
    all: () => Object.fromEntries([...named].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  };
}
