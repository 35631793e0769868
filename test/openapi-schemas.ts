/** The part of a JSON Schema that examples are made of. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
}

/** Returns a value of a document with what its references mean in their place. */
export function resolved(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, document));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return resolved(target(String(value.$ref), document), document);
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, resolved(of, document)]));
}

function target(reference: string, document: unknown): unknown {
  const path = reference.replace(/^#\//, '').split('/');
  const found = path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([key]) => key === name)?.[1]
        : undefined,
    document,
  );
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}
