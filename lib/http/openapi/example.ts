import { isJson, type Json } from './json.ts';

const BY_TYPE: Json = { integer: 1, boolean: true, object: {}, string: 'string', null: null };

/** Returns an example of a schema: its first one, or one made of those of its parts. */
export function exampleOf(schema: unknown): unknown {
  if (!isJson(schema)) return null;
  const { examples, enum: values, anyOf, properties, items, type } = schema;
  if (Array.isArray(examples)) return examples[0];
  if (Array.isArray(values)) return values[0];
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0]);
  if (isJson(properties)) {
    return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, exampleOf(of)]));
  }
  if (items !== undefined) return [exampleOf(items)];
  return BY_TYPE[String([type].flat()[0])] ?? null;
}
